package tarn.lake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.extension.ExtensionStore;

/**
 * An open lake: one engine with the catalog attached. Sessions are cheap and many; the engine's
 * memory limit holds for all of them together.
 */
public final class Lake implements AutoCloseable {
  /** What the attached lake is called inside the engine. */
  public static final String NAME = "lake";

  /** What DuckLake calls the database that holds the catalog's own tables. */
  public static final String METADATA = "__ducklake_metadata_" + NAME;

  private static final AtomicLong COPIES = new AtomicLong();

  /**
   * Ids of snapshots and files are given out when a transaction commits, so commits race for them.
   */
  private static final List<String> RETRIES =
      List.of(
          "SET ducklake_max_retry_count = 30",
          "SET ducklake_retry_wait_ms = 20",
          "SET ducklake_retry_backoff = 1.2");

  private static final String CREATE = "CREATE_IF_NOT_EXISTS true";

  private final LakeSettings settings;
  private final Access access;
  private final DuckDBConnection root;
  private final GrantedAccess granted;
  private final ExtensionStore extensions;
  private final TableLocks locks;
  private final Commits commits;
  private final ReadWriteLock catalog;
  private final @Nullable Lake owner;
  private @Nullable ContentTap tap;

  private Lake(
      LakeSettings settings,
      Access access,
      DuckDBConnection root,
      GrantedAccess granted,
      ExtensionStore extensions) {
    this.extensions = extensions;
    this.settings = settings;
    this.access = access;
    this.root = root;
    this.granted = granted;
    this.locks = new TableLocks(sharedLocks(settings.catalog(), access));
    this.commits = new Commits();
    this.catalog = new ReentrantReadWriteLock();
    this.owner = null;
  }

  private Lake(Lake owner) {
    this.settings = owner.settings;
    this.access = owner.access;
    this.root = owner.root;
    this.granted = owner.granted;
    this.extensions = owner.extensions;
    this.locks = owner.locks;
    this.commits = owner.commits;
    this.catalog = owner.catalog;
    this.owner = owner;
  }

  private static Optional<PostgreSqlLocks> sharedLocks(CatalogLocation catalog, Access access) {
    return switch (catalog) {
      // The engine locks the file, so there is no other process.
      case CatalogLocation.DuckDbFile _ -> Optional.empty();
      case CatalogLocation.PostgreSql location ->
          switch (access) {
            case READ -> Optional.empty();
            case WRITE -> {
              PostgreSqlServer server = new PostgreSqlServer(location);
              server.fence();
              yield Optional.of(new PostgreSqlLocks(server));
            }
          };
    };
  }

  /** Opens a lake, and makes an empty one where there is none. */
  public static Lake create(LakeSettings settings, ExtensionStore extensions) {
    prepareFolders(settings);
    if (settings.catalog() instanceof CatalogLocation.PostgreSql location) {
      List<Lake> made = new ArrayList<>();
      new PostgreSqlServer(location)
          .creating(() -> made.add(attach(settings, Access.WRITE, extensions, CREATE)));
      return made.getFirst();
    }
    return attach(settings, Access.WRITE, extensions, CREATE);
  }

  /** Opens a lake that must be there: {@code catalog.not-found} otherwise. */
  public static Lake open(LakeSettings settings, Access access, ExtensionStore extensions) {
    requireCatalog(settings);
    String readOnly =
        switch (access) {
          case READ -> ", READ_ONLY";
          case WRITE -> "";
        };
    return attach(settings, access, extensions, "CREATE_IF_NOT_EXISTS false" + readOnly);
  }

  /**
   * Opens a lake as it once was, for reading: {@code snapshot.unknown} when it has no such
   * snapshot.
   */
  public static Lake openAt(LakeSettings settings, AsOf moment, ExtensionStore extensions) {
    requireCatalog(settings);
    return attach(
        settings,
        Access.READ,
        extensions,
        "CREATE_IF_NOT_EXISTS false, READ_ONLY, " + moment.attachOption());
  }

  static void requireCatalog(LakeSettings settings) {
    if (settings.catalog() instanceof CatalogLocation.DuckDbFile(Path file)
        && !Files.exists(file)) {
      throw new TarnException(
          ErrorCode.CATALOG_NOT_FOUND,
          "There is no lake yet: the catalog " + file + " does not exist.",
          "Run `tarn materialize` to create it, or mend `catalog` in station.toml.");
    }
  }

  private static Lake attach(
      LakeSettings settings, Access access, ExtensionStore extensions, String options) {
    DuckDBConnection connection = Engine.start(settings.engine(), extensions);
    GrantedAccess granted = new GrantedAccess(settings.access());
    try (Session session = new Session(connection.duplicate(), new ReentrantReadWriteLock())) {
      extensions.load(session::execute, "ducklake");
      granted.begin(connection, extensions);
      switch (settings.catalog()) {
        case CatalogLocation.DuckDbFile _ -> {}
        case CatalogLocation.PostgreSql _ -> extensions.load(session::execute, "postgres_scanner");
      }
      RETRIES.forEach(session::execute);
      session.execute(attachStatement(settings, options));
      return new Lake(settings, access, connection, granted, extensions);
    } catch (SQLException e) {
      close(connection);
      throw EngineErrors.translate(e);
    } catch (RuntimeException e) {
      close(connection);
      throw e;
    }
  }

  private static String attachStatement(LakeSettings settings, String options) {
    String target =
        switch (settings.catalog()) {
          case CatalogLocation.DuckDbFile(Path file) -> "ducklake:" + file;
          case CatalogLocation.PostgreSql server -> "ducklake:postgres:" + server.keywords();
        };
    // Inlining is off because DuckLake 1.5.5 loses deletes of inlined rows under concurrency.
    return "ATTACH %s AS %s (DATA_PATH %s, DATA_INLINING_ROW_LIMIT 0, %s)"
        .formatted(Sql.literal(target), NAME, Sql.literal(settings.dataPath()), options);
  }

  private static void prepareFolders(LakeSettings settings) {
    if (settings.catalog() instanceof CatalogLocation.DuckDbFile(Path file)) {
      makeFolder(file.toAbsolutePath().getParent());
    }
    if (!settings.dataPath().contains("://")) {
      makeFolder(Path.of(settings.dataPath()));
    }
  }

  private static void makeFolder(@Nullable Path folder) {
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_DENIED,
          "Cannot make the lake's folder " + folder + ": " + e.getMessage(),
          "Check the folder's rights, or set `catalog` and `data_path` to another place.",
          e);
    }
  }

  public LakeSettings settings() {
    return settings;
  }

  public Access access() {
    return access;
  }

  /**
   * A new connection on which the lake is attached but not in use, so that names must be qualified.
   * The catalog's own tables ({@link #METADATA}) can be read on it even when the lake is too broken
   * for any query of its tables.
   */
  public Session catalogSession() {
    try {
      return new Session(root.duplicate(), catalog);
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  /** A new connection to the same engine. */
  public Session session() {
    try {
      granted.refresh(root);
      Session session = new Session(root.duplicate(), catalog);
      session.execute("USE " + NAME);
      return session;
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  /**
   * The engine's content tap, registered when it is first asked for. A transaction that had begun
   * before then does not see it.
   */
  public synchronized ContentTap tap() {
    if (owner != null) {
      return owner.tap();
    }
    ContentTap known = tap;
    if (known == null) {
      known = ContentTap.register(root);
      tap = known;
    }
    return known;
  }

  /**
   * Writes the catalog, as it is now, to a file of its own: a lake that nobody else uses, over the
   * same data files. What is kept beside the catalog comes along.
   *
   * @param file must not be there
   * @return the newest snapshot that the copy holds
   */
  public long copyCatalog(Path file) {
    return switch (settings.catalog()) {
      case CatalogLocation.DuckDbFile _ -> copyDatabase(file);
      case CatalogLocation.PostgreSql _ -> CatalogCopy.toFile(settings, file, extensions);
    };
  }

  private long copyDatabase(Path file) {
    String alias = "copy_" + COPIES.incrementAndGet();
    try (Session session = catalogSession()) {
      session.execute(
          "ATTACH %s AS %s (BLOCK_SIZE 16384)".formatted(Sql.literal(file.toString()), alias));
      try {
        session.execute("COPY FROM DATABASE " + METADATA + " TO " + alias);
        return session
            .queryFirst(
                "SELECT max(snapshot_id) FROM " + alias + ".ducklake_snapshot",
                row -> row.getLong(1))
            .orElseThrow();
      } finally {
        session.execute("DETACH " + alias);
      }
    }
  }

  TableLocks locks() {
    return locks;
  }

  /** Held shared by whoever looks at the engine's picture of the catalog, alone by definitions. */
  ReadWriteLock catalog() {
    return catalog;
  }

  Commits commits() {
    return commits;
  }

  /** Has a listener hear how transactions of this process end. */
  public void listen(CommitListener listener) {
    commits.listen(listener);
  }

  public void forget(CommitListener listener) {
    commits.forget(listener);
  }

  /** Says that the work of a transaction is begun again, for whoever listens. */
  public void retried() {
    commits.retried();
  }

  /**
   * Changes the catalog's own tables while no transaction of this process commits, nor one that
   * writes these tables is under way.
   */
  public void whileNobodyWrites(Collection<TableName> tables, Runnable work) {
    try (TableLocks.Held _ = locks.take(tables)) {
      commits.inTurn(work);
    }
  }

  /** The same lake for one who closes it when done; it goes on for the others. */
  public Lake borrowed() {
    return new Lake(this);
  }

  @Override
  public void close() {
    if (owner == null) {
      locks.close();
      close(root);
    }
  }

  private static void close(DuckDBConnection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  static DuckDBConnection connect(Properties properties) throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:", properties).unwrap(DuckDBConnection.class);
  }
}
