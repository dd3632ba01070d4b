package tarn.integrity.catalog;

/** The engine's temporary tables in which one check works; they spill to disk when they must. */
public final class Workspace {
  /** Every file that the catalog knows. */
  public static final String FILES = "temp.main.tarn_check_file";

  /** Where each table's files are by default. */
  public static final String FOLDERS = "temp.main.tarn_check_folder";

  /** Every file that the store lists. */
  public static final String LISTING = "temp.main.tarn_check_listing";

  /** The columns of every table, as they were at any time. */
  static final String COLUMNS = "temp.main.tarn_check_column";

  /** The statistics of the files' columns. */
  static final String STATISTICS = "temp.main.tarn_check_statistics";

  private Workspace() {}
}
