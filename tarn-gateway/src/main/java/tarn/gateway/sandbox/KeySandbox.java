package tarn.gateway.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import tarn.gateway.access.Caller;
import tarn.lake.AsOf;
import tarn.lake.EngineSettings;
import tarn.lake.LakeSettings;
import tarn.lake.SandboxEngine;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.extension.ExtensionStore;

/** The engine of one key: its limits hold for all queries of the key together. */
final class KeySandbox implements AutoCloseable {
  private static final int MOST_MOMENTS = 8;

  private final SandboxEngine engine;
  private final Caller caller;
  private final String dataPath;
  private final Path results;
  private final OwnRecords own;
  private final List<Moment> moments = new ArrayList<>();
  private int count;
  private long used = System.nanoTime();

  KeySandbox(
      Caller caller,
      LakeSettings lake,
      Places places,
      EngineSettings limits,
      ExtensionStore extensions) {
    this.caller = caller;
    this.dataPath = lake.dataPath();
    this.results = places.results;
    this.own = new OwnRecords(caller, places.audit);
    try {
      Files.createDirectories(results);
      Files.createDirectories(limits.temporaryFolder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> open = new ArrayList<>(List.of(slashed(dataPath)));
    open.add(slashed(places.copies.toString()));
    open.add(slashed(results.toString()));
    own.folder().ifPresent(folder -> open.add(slashed(folder.toString())));
    this.engine = SandboxEngine.start(limits, open, lake.access(), extensions);
  }

  /**
   * What the engine may reach besides the lake's data.
   *
   * @param copies of the catalog
   * @param results where it may write what is sent as a file
   * @param audit the trail's folder, for those who may see it
   */
  record Places(Path copies, Path results, Path audit) {}

  private static String slashed(String place) {
    return place.endsWith("/") ? place : place + "/";
  }

  /** Whether another engine has to take its place. */
  boolean endsSoon() {
    return engine.endsSoon();
  }

  Caller caller() {
    return caller;
  }

  Path results() {
    return results;
  }

  /** The lake at one moment, and what is visible of it. */
  final class Moment {
    private final CatalogCopies.Copy copy;
    private final Optional<AsOf> asOf;
    private final String lake;
    private final String database;
    private final GrantedViews views;
    private int leases;

    Moment(CatalogCopies.Copy copy, Optional<AsOf> asOf, int number) {
      this.copy = copy;
      this.asOf = asOf;
      this.lake = "__lake_" + number;
      this.database = "__view_" + number;
      this.views = new GrantedViews(lake, database, caller, own);
    }

    String database() {
      return database;
    }

    GrantedViews views() {
      return views;
    }

    private void attach(Session session) {
      session.execute(
          "ATTACH %s AS %s (READ_ONLY, DATA_PATH %s%s)"
              .formatted(
                  Sql.literal("ducklake:" + copy.file()),
                  lake,
                  Sql.literal(dataPath),
                  asOf.map(moment -> ", " + moment.attachOption()).orElse("")));
      session.execute("ATTACH ':memory:' AS " + database);
    }

    private void detach() {
      try (Session session = engine.session()) {
        session.execute("DETACH " + database);
        session.execute("DETACH " + lake);
      }
      copy.release();
    }
  }

  /** A session that sees the moment, which stays until it is given back. */
  synchronized Lease lease(CatalogCopies.Copy copy, Optional<AsOf> asOf) {
    used = System.nanoTime();
    Moment moment =
        moments.stream()
            .filter(each -> each.copy == copy && each.asOf.equals(asOf))
            .findFirst()
            .orElse(null);
    if (moment == null) {
      moment = new Moment(copy.used(), asOf, ++count);
      try (Session session = engine.session()) {
        moment.attach(session);
      } catch (RuntimeException e) {
        copy.release();
        throw e;
      }
      moments.add(moment);
      dropOld(moment);
    }
    moment.leases++;
    return new Lease(moment, engine.session());
  }

  private void dropOld(Moment newest) {
    Iterator<Moment> each = moments.iterator();
    while (each.hasNext()) {
      Moment moment = each.next();
      boolean old = moment.copy != newest.copy || moments.size() > MOST_MOMENTS;
      if (moment != newest && moment.leases == 0 && old) {
        each.remove();
        moment.detach();
      }
    }
  }

  /** One query's use of a moment. */
  final class Lease implements AutoCloseable {
    private final Moment moment;
    private final Session session;

    Lease(Moment moment, Session session) {
      this.moment = moment;
      this.session = session;
    }

    Moment moment() {
      return moment;
    }

    Session session() {
      return session;
    }

    @Override
    public void close() {
      session.close();
      synchronized (KeySandbox.this) {
        moment.leases--;
        used = System.nanoTime();
      }
    }
  }

  /** Whether nothing has run in it for so long. */
  synchronized boolean isIdleFor(long nanoseconds) {
    return System.nanoTime() - used > nanoseconds
        && moments.stream().allMatch(moment -> moment.leases == 0);
  }

  @Override
  public synchronized void close() {
    moments.forEach(moment -> moment.copy.release());
    moments.clear();
    engine.close();
  }
}
