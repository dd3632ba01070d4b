package tarn.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tarn.base.ErrorCode;

/** What a command tells the one who started it when it ends. */
enum ExitCode {
  DONE(0, "Done."),
  FAILED(1, "It ran, and something in it failed: an asset, a check."),
  USAGE(2, "Wrong usage, station or settings; nothing was done."),
  UNUSABLE(
      3, "The lake, its storage or the engine cannot be used: locked, unreachable, full, missing."),
  OUTCOME_UNKNOWN(4, "Whether a commit took place is unknown; look before you run it again."),
  INTERRUPTED(130, "Interrupted.");

  /** Errors of a run that went ahead, whoever's fault they are. */
  private static final Set<ErrorCode> FAILURES =
      Set.of(
          ErrorCode.ASSET_FAILED,
          ErrorCode.AUDIT_BROKEN,
          ErrorCode.CHECK_FAILED,
          ErrorCode.QUARANTINE_THRESHOLD,
          ErrorCode.SCHEMA_CHANGE_REFUSED);

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  int number() {
    return number;
  }

  /** One sentence for a person. */
  String meaning() {
    return meaning;
  }

  static ExitCode of(ErrorCode code) {
    if (code == ErrorCode.COMMIT_UNKNOWN) {
      return OUTCOME_UNKNOWN;
    }
    if (code == ErrorCode.INTERRUPTED) {
      return INTERRUPTED;
    }
    if (FAILURES.contains(code)) {
      return FAILED;
    }
    return switch (code.fault()) {
      case USER, STATION -> USAGE;
      case STORAGE, CATALOG, ENGINE -> UNUSABLE;
    };
  }

  /** For the end of every command's help. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode code : values()) {
      meanings.put(Integer.toString(code.number), code.meaning);
    }
    return meanings;
  }
}
