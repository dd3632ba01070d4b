package tarn.lake.extension;

import java.nio.file.Path;

/** What became of one extension that was to be installed. */
public sealed interface Installation {
  String name();

  Path file();

  /** It is new, or other than the one that was there. */
  record Installed(String name, Path file, String origin, long bytes) implements Installation {}

  /** A good one was there already and stays. */
  record Kept(String name, Path file) implements Installation {}
}
