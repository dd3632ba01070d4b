package tarn.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tarn.files.bytes.ByteSources;
import tarn.testkit.Checkout;

/**
 * Mutated files of every format: each ends as a reading or as a finding with its offset, soon, and
 * with nothing else thrown.
 */
class ReaderFuzzTest {
  private static final int LARGEST_SEED = 40_000;
  private static final byte[] ODD = {
    0, 1, 2, 0x7F, (byte) 0x80, (byte) 0xFE, (byte) 0xFF, '{', '"'
  };

  /** Of the processor, which a loaded machine does not lengthen. */
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  // Seeds are never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Seed(String name, byte[] content) {}

  private List<Seed> seeds() throws Exception {
    PythonOracle.lines("nifti_headers.py", folder.toString());
    PythonOracle.lines("safetensors_headers.py", folder.toString());
    PythonOracle.lines("pickles.py", folder.toString());
    try (Stream<Path> made = Files.list(folder);
        Stream<Path> shipped = Files.walk(Checkout.folder().resolve(".tarn/venv-files/lib"))) {
      return Stream.concat(made, shipped.filter(each -> each.toString().endsWith(".dcm")))
          .sorted()
          .map(ReaderFuzzTest::seed)
          .filter(each -> each.content.length <= LARGEST_SEED && each.content.length > 0)
          .toList();
    }
  }

  private static Seed seed(Path file) {
    try {
      return new Seed(String.valueOf(file.getFileName()), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] mutated(Random random, byte[] content, byte[] other) {
    byte[] changed = content.clone();
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      // Headers are at the beginning, so most of the damage is there.
      int reach = random.nextInt(3) == 0 ? changed.length : Math.min(changed.length, 2000);
      int at = random.nextInt(Math.max(1, reach));
      switch (random.nextInt(5)) {
        case 0 -> changed[at % changed.length] = (byte) random.nextInt();
        case 1 -> changed[at % changed.length] = ODD[random.nextInt(ODD.length)];
        case 2 -> {
          for (int each = 0; each < 4 && at + each < changed.length; each++) {
            changed[at + each] = ODD[random.nextInt(ODD.length)];
          }
        }
        case 3 -> changed = Arrays.copyOf(changed, 1 + random.nextInt(changed.length));
        default -> {
          int length =
              Math.min(
                  random.nextInt(64), Math.min(changed.length - at % changed.length, other.length));
          System.arraycopy(
              other,
              random.nextInt(other.length - length + 1),
              changed,
              at % changed.length,
              length);
        }
      }
    }
    return changed;
  }

  private void run(long inputs, long seed) throws Exception {
    Formats formats = Formats.all();
    List<Seed> seeds = seeds();
    assertThat(seeds).hasSizeGreaterThan(200);
    Random random = new Random(seed);
    long slowest = 0;
    long findings = 0;
    for (long each = 0; each < inputs; each++) {
      Seed chosen = seeds.get(random.nextInt(seeds.size()));
      byte[] input =
          mutated(random, chosen.content, seeds.get(random.nextInt(seeds.size())).content);
      long started = CLOCK.getCurrentThreadCpuTime();
      try {
        Formats.Outcome outcome = formats.read(chosen.name, ByteSources.of(input));
        findings += outcome.finding().isPresent() ? 1 : 0;
        assertThat(outcome.finding().orElse("at byte 0")).startsWith("at byte ");
      } catch (RuntimeException | Error e) {
        Path kept = Files.write(Files.createTempFile("fuzz", chosen.name), input);
        throw new AssertionError("input " + each + " of seed " + seed + ", kept as " + kept, e);
      }
      slowest = Math.max(slowest, CLOCK.getCurrentThreadCpuTime() - started);
    }
    assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(10));
    assertThat(findings).isGreaterThan(inputs / 20);
  }

  @Test
  void mutatedFiles_areReadOrFindings() throws Exception {
    run(20_000, 20261123);
  }

  @Test
  @Tag("endurance")
  @Timeout(7200)
  void mutatedFiles_areReadOrFindings_aMillionOfEach() throws Exception {
    run(4_000_000, System.nanoTime());
  }
}
