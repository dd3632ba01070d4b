package tarn.cli;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tarn.assets.definition.LakeRelations;
import tarn.assets.definition.LakeTables;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;

/**
 * The lake for a command that shows more when it can be read and makes do when it cannot: it is not
 * there yet, or another process writes it. Opened when it is first asked.
 */
final class LakeGlance implements AutoCloseable {
  private final Invocation invocation;
  private final Station station;
  private @Nullable CompletableFuture<Lake> coming;
  private @Nullable Lake lake;
  private @Nullable Session session;
  private @Nullable TarnException trouble;

  LakeGlance(Invocation invocation, Station station) {
    this.invocation = invocation;
    this.station = station;
  }

  /**
   * The same for a command that certainly asks: opens at once, beside what the command does first.
   */
  static LakeGlance begun(Invocation invocation, Station station) {
    LakeGlance glance = new LakeGlance(invocation, station);
    // A command of another process uses the lake that is open already.
    if (!Served.COMMAND.isBound()) {
      glance.coming =
          CompletableFuture.supplyAsync(
              () -> invocation.open(station, Access.READ), Thread.ofPlatform().daemon()::start);
    }
    return glance;
  }

  /** Empty when there is no lake yet, or when there is {@link #trouble}. */
  Optional<Session> session() {
    if (session == null && trouble == null) {
      try {
        lake = opened();
        session = invocation.session(lake);
      } catch (TarnException e) {
        trouble = e;
      }
    }
    return Optional.ofNullable(session);
  }

  private Lake opened() {
    CompletableFuture<Lake> begun = coming;
    if (begun == null) {
      return invocation.open(station, Access.READ);
    }
    try {
      return begun.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TarnException known) {
        throw known;
      }
      throw e;
    } finally {
      coming = null;
    }
  }

  /** Why the lake cannot be read, once it was asked; that there is none yet is no trouble. */
  Optional<TarnException> trouble() {
    return Optional.ofNullable(trouble).filter(e -> e.code() != ErrorCode.CATALOG_NOT_FOUND);
  }

  /** The lake's tables, which a query over tables of no asset cannot do without. */
  LakeRelations relations() {
    Optional<Session> open = session();
    if (open.isEmpty() && trouble().isPresent()) {
      throw trouble().get();
    }
    return open.map(each -> LakeTables.of(each).relations()).orElseGet(LakeRelations::none);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
    if (lake != null) {
      lake.close();
    }
    if (coming != null) {
      closeUnasked();
    }
  }

  private void closeUnasked() {
    try {
      opened().close();
    } catch (TarnException e) {
      // The command ended for another reason, and did not need to know.
    }
  }
}
