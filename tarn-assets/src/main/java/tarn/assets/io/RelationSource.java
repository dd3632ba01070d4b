package tarn.assets.io;

import java.util.function.Function;
import tarn.assets.Output;
import tarn.lake.Session;

/**
 * Makes an output readable as a relation on a session. Planning a query over it (its columns and
 * types) must not consume a stream; running one does.
 */
public interface RelationSource {

  /**
   * Calls {@code work} once with the output as a relation on {@code session}, and lets go of
   * whatever the output holds when it returns or throws. {@code work} may open and end transactions
   * on the session.
   */
  <T> T withRelation(Session session, Output output, Function<StreamedRelation, T> work);

  /** The sources of every kind of output. */
  static RelationSource standard() {
    return new StandardRelationSource();
  }
}
