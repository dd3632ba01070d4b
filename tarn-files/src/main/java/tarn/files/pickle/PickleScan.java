package tarn.files.pickle;

import java.util.Optional;
import java.util.Set;

/**
 * What a pickle would do if it were loaded.
 *
 * @param protocol the highest that it names
 * @param globals what it would import, as {@code module name}
 * @param calls how often it would call something: REDUCE, NEWOBJ, OBJ, INST and BUILD
 * @param persistentIds how often it would ask the loading program for something of its own
 * @param ended whether a pickle was followed to its end, whatever comes after it
 * @param finding what could not be scanned, and where; a pickle with one is never allowed
 */
record PickleScan(
    int protocol,
    Set<Global> globals,
    long calls,
    long persistentIds,
    Verdict verdict,
    boolean ended,
    Optional<String> finding) {

  record Global(String module, String name, Verdict verdict) {
    @Override
    public String toString() {
      return module + " " + name;
    }
  }
}
