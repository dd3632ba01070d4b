package tarn.assets.io;

import java.util.Set;

/** Whether a table already holds what its asset would make of it. */
public sealed interface Currency {

  /** It does: code, inputs and engine are those of its last materialization. */
  record Current(Materialization.Unchanged materialization) implements Currency {}

  /** Perhaps it does not, for these reasons, each a line for a person. */
  record Outdated(Set<String> reasons) implements Currency {
    public Outdated {
      reasons = Set.copyOf(reasons);
    }
  }
}
