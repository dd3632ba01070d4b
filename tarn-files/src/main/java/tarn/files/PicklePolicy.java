package tarn.files;

import java.util.List;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.pickle.Verdict;

/** Which pickles may come in and go out; a dangerous one never does. */
public enum PicklePolicy {
  /** Those of which everything is known to be harmless. */
  ONLY_ALLOWED,
  /** Those too of which nobody knows. */
  ALLOW_UNKNOWN;

  /**
   * @throws TarnException {@code file.refused} when the policy does not let it pass
   */
  void require(String what, Verdict verdict, List<String> reasons) {
    boolean passes =
        switch (verdict) {
          case ALLOWED -> true;
          case UNKNOWN -> this == ALLOW_UNKNOWN;
          case DANGEROUS -> false;
        };
    if (!passes) {
      throw new TarnException(
          ErrorCode.FILE_REFUSED,
          "%s holds a pickle that is %s to load: %s."
              .formatted(
                  what,
                  verdict == Verdict.DANGEROUS ? "dangerous" : "not known to be safe",
                  String.join("; ", reasons.subList(0, Math.min(5, reasons.size())))),
          verdict == Verdict.DANGEROUS
              ? "Find out who made it. Save the model as safetensors, which holds no code."
              : "If you trust who made it, say so with --allow-unknown; better, save the model as"
                  + " safetensors.");
    }
  }
}
