package tarn.assets.io;

import java.util.function.Function;
import tarn.lake.Session;

/** An output that can be made readable on a session. */
public interface OutputRelation {

  /**
   * Calls {@code work} once with the output as a relation on {@code session}, and lets go of
   * whatever the output holds when it returns or throws. {@code work} may open and end transactions
   * on the session.
   */
  <T> T read(Session session, Function<StreamedRelation, T> work);
}
