package tarn.integrity.check;

/** Hears how far a check is; called from one thread. */
public interface Progress {
  Progress NONE =
      new Progress() {
        @Override
        public void phase(String name, long files, long bytes) {}

        @Override
        public void advance(long files, long bytes) {}
      };

  /**
   * A part of the check begins.
   *
   * @param files to be looked at, or 0 when that is not known
   * @param bytes to be read, or 0 when the files' bytes are not what it reads
   */
  void phase(String name, long files, long bytes);

  /** More of it is done. */
  void advance(long files, long bytes);
}
