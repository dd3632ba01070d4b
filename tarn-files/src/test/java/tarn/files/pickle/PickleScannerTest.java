package tarn.files.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.files.PythonOracle;
import tarn.files.bytes.ByteSources;
import tools.jackson.databind.JsonNode;

/** Python's own unpickler, with nothing to import, says what each pickle asks for. */
class PickleScannerTest {
  private static final Set<String> HARMLESS =
      Set.of("numbers", "texts", "ordered", "dates", "decimal", "array", "scalar", "deep");

  private static final Set<String> DANGEROUS = Set.of("shell", "eval", "getattr");

  private static final Map<String, Verdict> OTHERS =
      Map.ofEntries(
          Map.entry("stack-global.pkl", Verdict.DANGEROUS),
          Map.entry("memoized-global.pkl", Verdict.DANGEROUS),
          Map.entry("inst.pkl", Verdict.DANGEROUS),
          Map.entry("obj.pkl", Verdict.DANGEROUS),
          Map.entry("dotted.pkl", Verdict.DANGEROUS),
          Map.entry("computed-global.pkl", Verdict.DANGEROUS),
          Map.entry("two.pkl", Verdict.DANGEROUS),
          Map.entry("trailing.pkl", Verdict.UNKNOWN),
          Map.entry("cut.pkl", Verdict.UNKNOWN),
          Map.entry("no-stop.pkl", Verdict.UNKNOWN),
          Map.entry("unknown-opcode.pkl", Verdict.UNKNOWN),
          Map.entry("empty.pkl", Verdict.UNKNOWN),
          Map.entry("underflow.pkl", Verdict.UNKNOWN),
          Map.entry("long-length.pkl", Verdict.UNKNOWN),
          Map.entry("extension.pkl", Verdict.UNKNOWN),
          Map.entry("protocol-9.pkl", Verdict.UNKNOWN),
          Map.entry("memo-missing.pkl", Verdict.UNKNOWN),
          Map.entry("persistent.pkl", Verdict.ALLOWED),
          Map.entry("hidden-type.npy", Verdict.DANGEROUS),
          Map.entry("escaped-type.npy", Verdict.DANGEROUS),
          Map.entry("long.npy", Verdict.UNKNOWN),
          Map.entry("fields.npy", Verdict.UNKNOWN),
          Map.entry("zero-byte-name.pt", Verdict.UNKNOWN),
          Map.entry("array-without-suffix.npz", Verdict.DANGEROUS),
          Map.entry("storage-that-is-an-array.npz", Verdict.DANGEROUS),
          Map.entry("code.pt", Verdict.UNKNOWN),
          Map.entry("escaped-global.pkl", Verdict.DANGEROUS),
          Map.entry("numbers.npy", Verdict.ALLOWED),
          Map.entry("objects.npy", Verdict.ALLOWED),
          Map.entry("shell.npy", Verdict.DANGEROUS),
          Map.entry("mixed.npz", Verdict.DANGEROUS),
          Map.entry("plain.npz", Verdict.ALLOWED),
          Map.entry("plain.joblib", Verdict.ALLOWED),
          Map.entry("array.joblib", Verdict.UNKNOWN),
          Map.entry("shell.joblib", Verdict.DANGEROUS),
          Map.entry("good.pt", Verdict.ALLOWED),
          Map.entry("shell.pt", Verdict.DANGEROUS));

  @TempDir Path folder;

  private static Verdict expected(String name) {
    String value = name.substring(0, name.indexOf('.'));
    if (name.matches("[a-z]+\\.[0-9]\\.pkl")) {
      return HARMLESS.contains(value)
          ? Verdict.ALLOWED
          : DANGEROUS.contains(value)
              ? Verdict.DANGEROUS
              // A class of the program that made it: nobody knows what it does.
              : Verdict.UNKNOWN;
    }
    return OTHERS.getOrDefault(name, Verdict.DANGEROUS);
  }

  @Test
  void pickles_areJudgedByWhatTheyWouldImport() throws Exception {
    Map<String, Verdict> wanted = new TreeMap<>();
    Map<String, Verdict> found = new TreeMap<>();
    int shipped = 0;
    List<JsonNode> oracle = PythonOracle.lines("pickles.py", folder.toString());
    for (JsonNode each : oracle) {
      Path path = Path.of(each.path("file").asString());
      String name = String.valueOf(path.getFileName());
      List<PickleFile.Part> parts = PickleFile.scan(name, ByteSources.of(Files.readAllBytes(path)));
      Verdict verdict =
          parts.stream().map(part -> part.scan().verdict()).reduce(Verdict.ALLOWED, Verdict::or);
      if (each.has("shipped")) {
        shipped++;
      } else {
        wanted.put(name, expected(name));
        found.put(name, verdict);
      }
      if (each.path("fickling").asString("").endsWith("OVERTLY_MALICIOUS")) {
        assertThat(verdict).as(name).isNotEqualTo(Verdict.ALLOWED);
      }
      // What is written with escapes is not read, and dangerous for that alone.
      boolean plain = !name.equals("escaped-global.pkl");
      if (plain && each.path("loads").asBoolean(false) && each.path("whole").asBoolean(false)) {
        Set<String> names = new TreeSet<>();
        each.path("names").forEach(global -> names.add(global.asString()));
        Set<String> imported =
            parts.getFirst().scan().globals().stream()
                .map(PickleScan.Global::toString)
                .collect(Collectors.toSet());
        assertThat(imported).as(name).isEqualTo(names);
        if (!name.startsWith("extension") && !name.startsWith("protocol")) {
          assertThat(parts.getFirst().scan().finding()).as(name).isEmpty();
        }
      }
      if (each.has("whole") && !each.path("whole").asBoolean()) {
        assertThat(verdict).as(name).isNotEqualTo(Verdict.ALLOWED);
      }
    }
    assertThat(oracle).hasSizeGreaterThan(100);
    assertThat(shipped).isGreaterThan(30);
    assertThat(DANGEROUS).allMatch(name -> found.get(name + ".4.pkl") == Verdict.DANGEROUS);
    assertThat(found).isEqualTo(wanted);
  }
}
