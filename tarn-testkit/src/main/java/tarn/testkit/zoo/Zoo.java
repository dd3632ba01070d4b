package tarn.testkit.zoo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the zoo to a folder, for tools that are not tested from here: a folder for each shape and
 * damage, and {@code zoo.tsv} with what is to be found in each.
 */
public final class Zoo {
  private Zoo() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      System.err.println("Usage: Zoo FOLDER");
      System.exit(2);
    }
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    List<String> rows = new ArrayList<>(List.of("folder\tshape\tdamage\tcode\tlevel"));
    for (LakeShape shape : LakeShape.values()) {
      String name = shape.name().toLowerCase(Locale.ROOT);
      Specimen clean = Specimen.make(shape, folder.resolve(name).resolve("clean"));
      rows.add(String.join("\t", name + "/clean", name, "none", "", ""));
      List<Damage> damages = Damage.all();
      for (int index = 0; index < damages.size(); index++) {
        Damage damage = damages.get(index);
        String place = name + "/damage-" + index;
        Specimen copy = clean.copyTo(folder.resolve(place));
        if (damage.act().on(copy)) {
          rows.add(
              String.join(
                  "\t", place, name, damage.name(), damage.code().orElse(""), damage.level()));
        }
      }
    }
    Files.write(folder.resolve("zoo.tsv"), rows);
  }
}
