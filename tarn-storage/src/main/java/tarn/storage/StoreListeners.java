package tarn.storage;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who listens to the stores of this process. Stores are opened in many places, and what is asked of
 * them is counted together.
 */
public final class StoreListeners {
  private static final List<StoreListener> LISTENERS = new CopyOnWriteArrayList<>();

  private StoreListeners() {}

  public static void add(StoreListener listener) {
    LISTENERS.add(listener);
  }

  public static void remove(StoreListener listener) {
    LISTENERS.remove(listener);
  }

  /** Tells everyone who listens. */
  public static void tell(StoreListener.StoreRequest request) {
    for (StoreListener listener : LISTENERS) {
      listener.ended(request);
    }
  }
}
