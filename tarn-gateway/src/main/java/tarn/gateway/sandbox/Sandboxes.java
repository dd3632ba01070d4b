package tarn.gateway.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tarn.gateway.access.Caller;
import tarn.lake.AsOf;
import tarn.lake.EngineSettings;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.lake.extension.ExtensionStore;
import tarn.station.ServeSettings.QueryLimits;

/** The engines in which the keys' queries run. Thread-safe. */
public final class Sandboxes implements AutoCloseable {
  private static final long IDLE = Duration.ofMinutes(5).toNanos();

  private final Lake lake;
  private final QueryLimits limits;
  private final ExtensionStore extensions;
  private final Path work;
  private final Path audit;
  private final CatalogCopies copies;
  private final Map<Caller, KeySandbox> engines = new HashMap<>();
  private final List<KeySandbox> leaving = new ArrayList<>();
  private int count;

  /**
   * @param limits of those callers that have none of their own
   * @param work a folder for temporary files; what is in it is removed
   * @param audit the trail's folder
   */
  public Sandboxes(
      Lake lake, QueryLimits limits, ExtensionStore extensions, Path work, Path audit) {
    this.lake = lake;
    this.limits = limits;
    this.extensions = extensions;
    this.work = work;
    this.audit = audit;
    clear(work);
    this.copies = new CatalogCopies(lake, folder(work.resolve("catalogs")));
  }

  private static Path folder(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void clear(Path work) {
    if (!Files.exists(work)) {
      return;
    }
    try (Stream<Path> all = Files.walk(work)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A query that has been looked at and can be run. */
  public static final class Admitted implements AutoCloseable {
    private final KeySandbox.Lease lease;
    private final Path results;
    private final Set<TableName> tables;
    private final String sql;

    private final long snapshot;

    private Admitted(
        KeySandbox.Lease lease, Path results, Set<TableName> tables, String sql, long snapshot) {
      this.lease = lease;
      this.snapshot = snapshot;
      this.results = results;
      this.tables = Set.copyOf(tables);
      this.sql = sql;
    }

    public Session session() {
      return lease.session();
    }

    /** Where the engine may put a file. */
    public Path results() {
      return results;
    }

    /** The lake's newest snapshot when the query was admitted. */
    public long snapshot() {
      return snapshot;
    }

    public Set<TableName> tables() {
      return tables;
    }

    public String sql() {
      return sql;
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  /**
   * Looks at a query and makes what it names visible to it.
   *
   * @param asOf the moment of the lake that it reads; without it, the newest
   * @throws tarn.base.TarnException {@code query.invalid}, {@code query.not-read-only}, {@code
   *     query.limit-exceeded}, {@code access.denied}, {@code snapshot.unknown}
   */
  public Admitted admit(Caller caller, String sql, Optional<AsOf> asOf) {
    CatalogCopies.Copy copy = copies.current();
    try {
      KeySandbox engine = engine(caller);
      KeySandbox.Lease lease = engine.lease(copy, asOf);
      try {
        Session session = lease.session();
        Set<TableName> tables = StatementCheck.tablesOf(session, sql);
        for (TableName table : tables) {
          lease.moment().views().require(session, table);
        }
        session.execute("USE " + Sql.identifier(lease.moment().database()));
        return new Admitted(lease, engine.results(), tables, statement(sql), copy.snapshot());
      } catch (RuntimeException e) {
        lease.close();
        throw e;
      }
    } finally {
      copy.release();
    }
  }

  /**
   * The change feed of a table, after one snapshot and up to another.
   *
   * @param to the newest snapshot without it
   * @throws tarn.base.TarnException {@code access.denied}, {@code snapshot.unknown}
   */
  public Admitted admitChanges(Caller caller, TableName table, long from, Optional<Long> to) {
    CatalogCopies.Copy copy = copies.current();
    try {
      KeySandbox engine = engine(caller);
      KeySandbox.Lease lease = engine.lease(copy, Optional.empty());
      try {
        long end = to.orElseGet(copy::snapshot);
        String sql = lease.moment().views().changes(lease.session(), table, from + 1, end);
        return new Admitted(lease, engine.results(), Set.of(table), sql, copy.snapshot());
      } catch (RuntimeException e) {
        lease.close();
        throw e;
      }
    } finally {
      copy.release();
    }
  }

  /** Without the semicolon, and with an end for a comment that has none. */
  private static String statement(String sql) {
    return sql.strip().replaceFirst("(;\\s*)+$", "");
  }

  private synchronized KeySandbox engine(Caller caller) {
    KeySandbox known = engines.get(caller);
    if (known != null && known.endsSoon()) {
      engines.remove(caller);
      leaving.add(known);
    }
    leaving.removeIf(
        engine -> {
          boolean idle = engine.isIdleFor(IDLE);
          if (idle) {
            engine.close();
          }
          return idle;
        });
    engines
        .values()
        .removeIf(
            engine -> {
              boolean idle = !engine.caller().equals(caller) && engine.isIdleFor(IDLE);
              if (idle) {
                engine.close();
              }
              return idle;
            });
    // A caller's grants are part of what it is called by: other grants, another engine.
    return engines.computeIfAbsent(caller, this::start);
  }

  private KeySandbox start(Caller caller) {
    Path own = folder(work.resolve("engine-" + ++count));
    EngineSettings station = lake.settings().engine();
    EngineSettings settings =
        new EngineSettings(
            caller.limits().over(limits).memory(),
            station.threads(),
            own.resolve("temporary"),
            station.maximumTemporarySize());
    return new KeySandbox(
        caller,
        lake.settings(),
        new KeySandbox.Places(work.resolve("catalogs"), own.resolve("results"), audit),
        settings,
        extensions);
  }

  @Override
  public synchronized void close() {
    engines.values().forEach(KeySandbox::close);
    engines.clear();
    leaving.forEach(KeySandbox::close);
    leaving.clear();
    copies.close();
  }
}
