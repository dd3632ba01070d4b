package tarn.gateway.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tarn.base.TarnException;
import tarn.gateway.health.ComponentState.Level;

/**
 * Tries each part every few seconds, so that asking how they stand costs nothing and cannot be used
 * to load them.
 */
public final class Health implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(5);

  /** A probe that takes longer is stuck, which is as bad as failing. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, Probe> probes;
  private final Map<String, ComponentState> states = new LinkedHashMap<>();
  private final Map<String, Instant> trying = new LinkedHashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  private Health(Map<String, Probe> probes) {
    this.probes = new LinkedHashMap<>(probes);
  }

  /** Looks at every part once, and then again and again. */
  public static Health watch(Map<String, Probe> probes) {
    Health health = new Health(probes);
    health.probes.keySet().forEach(health::check);
    for (String name : health.probes.keySet()) {
      Thread.ofPlatform().daemon().name("health " + name).start(() -> health.repeat(name));
    }
    return health;
  }

  private void repeat(String name) {
    try {
      while (!ended.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        check(name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(String name) {
    synchronized (states) {
      trying.put(name, Instant.now());
    }
    Optional<String> reason;
    try {
      java.util.Objects.requireNonNull(probes.get(name)).attempt();
      reason = Optional.empty();
    } catch (TarnException e) {
      reason = Optional.of(e.code().code());
    } catch (Exception e) {
      reason = Optional.of("failed");
    }
    synchronized (states) {
      trying.remove(name);
      become(name, reason.isEmpty() ? Level.OK : Level.DOWN, reason);
    }
  }

  private void become(String name, Level level, Optional<String> reason) {
    ComponentState before = states.get(name);
    if (before == null || before.level() != level || !before.reason().equals(reason)) {
      states.put(name, new ComponentState(level, reason, Instant.now()));
    }
  }

  /** Each part by its name. */
  public Map<String, ComponentState> components() {
    synchronized (states) {
      Instant stuck = Instant.now().minus(PATIENCE);
      trying.forEach(
          (name, began) -> {
            if (began.isBefore(stuck)) {
              become(name, Level.DOWN, Optional.of("no-answer"));
            }
          });
      return Collections.unmodifiableMap(new LinkedHashMap<>(states));
    }
  }

  /** The station as a whole: as bad as its worst part. */
  public Level level() {
    return components().values().stream()
        .map(ComponentState::level)
        .max(Level::compareTo)
        .orElse(Level.OK);
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
