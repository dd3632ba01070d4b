package tarn.cli;

import java.util.Optional;
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
  private @Nullable Lake lake;
  private @Nullable Session session;
  private @Nullable TarnException trouble;

  LakeGlance(Invocation invocation, Station station) {
    this.invocation = invocation;
    this.station = station;
  }

  /** Empty when there is no lake yet, or when there is {@link #trouble}. */
  Optional<Session> session() {
    if (session == null && trouble == null) {
      try {
        lake = invocation.open(station, Access.READ);
        session = invocation.session(lake);
      } catch (TarnException e) {
        trouble = e;
      }
    }
    return Optional.ofNullable(session);
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
  }
}
