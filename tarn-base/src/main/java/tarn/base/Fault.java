package tarn.base;

/** Whose fault an error is, and so who can mend it. */
public enum Fault {
  /** What was asked for cannot be done: a wrong argument, a bad query, a malformed file. */
  USER,
  /** The station folder is wrong: its settings, its assets, its plugins. */
  STATION,
  /** The place where the data lie: a full disk, a missing right, a store that does not answer. */
  STORAGE,
  /** The lake's catalog: locked, unreachable, damaged, of another version. */
  CATALOG,
  /** The engine or its extensions: out of memory, not installed, refused. */
  ENGINE
}
