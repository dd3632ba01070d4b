package tarn.lake.extension;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A place that may have extensions. */
interface Source {

  /**
   * Looks for an extension.
   *
   * @param staging an empty folder for what must be fetched
   * @param notice takes a line for a person before something slow begins
   */
  Offer find(String name, Build build, Path staging, Consumer<String> notice)
      throws IOException, InterruptedException;

  /**
   * What a source has of one extension.
   *
   * @param absence why there is nothing; used only when there is nothing
   */
  record Offer(List<Candidate> candidates, String absence) {
    static Offer of(List<Candidate> candidates, String absence) {
      return new Offer(List.copyOf(candidates), absence);
    }

    static Offer nothing(String absence) {
      return new Offer(List.of(), absence);
    }
  }

  /** A binary that has not been tried yet. */
  interface Candidate {
    /** Where it comes from, for a person. */
    String origin();

    /** Writes the binary, unpacked, to a file that is not there yet. */
    void writeTo(Path target) throws IOException;
  }
}
