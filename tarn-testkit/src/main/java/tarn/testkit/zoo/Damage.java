package tarn.testkit.zoo;

import java.util.List;
import java.util.Optional;

/**
 * Something done to a lake, and what a check is to say of it.
 *
 * @param name of the damage, in words
 * @param code of the one finding that is right; none for what does no harm
 * @param level the cheapest at which it can be found
 * @param act does it
 */
public record Damage(String name, Optional<String> code, String level, Act act) {

  /** Damages a lake, or says that this lake has nothing that could be damaged so. */
  @FunctionalInterface
  public interface Act {
    boolean on(Specimen lake);
  }

  static Damage found(String name, String code, String level, Act act) {
    return new Damage(name, Optional.of(code), level, act);
  }

  static Damage harmless(String name, Act act) {
    return new Damage(name, Optional.empty(), "", act);
  }

  /** All that the zoo has. */
  public static List<Damage> all() {
    return List.of(
            DataFileDamages.all(),
            DeleteFileDamages.all(),
            RecordDamages.all(),
            CatalogDamages.all(),
            StrayFiles.all(),
            PathForms.all())
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
