package tarn.files;

/** Told how far some work is. */
public interface Progress {
  Progress NONE =
      new Progress() {
        @Override
        public void phase(String name, long files, long bytes) {}

        @Override
        public void advance(long files, long bytes) {}
      };

  /**
   * A part of the work begins.
   *
   * @param files that are planned, 0 when nobody knows
   * @param bytes as {@code files}
   */
  void phase(String name, long files, long bytes);

  void advance(long files, long bytes);
}
