package tarn.cli.demo;

/** Which records a demo station holds. */
public sealed interface Records {

  /** Those that this program carries. */
  record Sample() implements Records {}

  /** Those that Synthea makes of a number of living patients and a seed. */
  record Generated(int patients, long seed) implements Records {}

  /** One line that tells them from others. */
  default String describe() {
    return switch (this) {
      case Sample _ -> "the sample that Tarn carries";
      case Generated(int patients, long seed) -> patients + " patients made with seed " + seed;
    };
  }
}
