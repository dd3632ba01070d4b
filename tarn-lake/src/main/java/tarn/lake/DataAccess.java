package tarn.lake;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How an engine gets at data files that are no files of this machine. Asked when a lake is opened,
 * and again before what it granted expires.
 */
@FunctionalInterface
public interface DataAccess {

  /** For data in folders. */
  static DataAccess local() {
    return () -> new Grant(List.of(), List.of(), List.of(), Optional.empty());
  }

  /**
   * @throws tarn.base.TarnException {@code storage.credentials-refused} when there are none
   */
  Grant grant();

  /**
   * @param extensions that the engine loads first
   * @param statements settings and secrets; they stand in no message and no log
   * @param secrets texts in the statements that must not be shown
   * @param until when the secrets expire
   */
  record Grant(
      List<String> extensions,
      List<String> statements,
      List<String> secrets,
      Optional<Instant> until) {
    public Grant {
      extensions = List.copyOf(extensions);
      statements = List.copyOf(statements);
      secrets = List.copyOf(secrets);
    }

    /** Says nothing of the statements. */
    @Override
    public String toString() {
      return "Grant" + extensions;
    }
  }
}
