package tarn.integrity.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.integrity.Specimens;
import tarn.integrity.catalog.CatalogState;
import tarn.integrity.catalog.Scope;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LocalFiles;
import tarn.integrity.files.OpenFile;
import tarn.integrity.files.StoredFile;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

/** A store that does not answer makes nothing missing. */
class FaultyStoreTest {
  @TempDir Path folder;
  private Specimen lake;

  @BeforeEach
  void makeLake() {
    lake = Specimen.make(LakeShape.WITH_DELETES, folder.resolve("lake"));
  }

  /** Real files behind a store that answers some requests with an error. */
  private record Faulty(FileStore real, Fault fault) implements FileStore {
    @Override
    public String root() {
      return real.root();
    }

    @Override
    public String canonical(String path) throws IOException {
      return real.canonical(path);
    }

    @Override
    public List<Unlisted> list(String below, Consumer<List<StoredFile>> sink)
        throws InterruptedException {
      return switch (fault) {
        case LISTING_DENIED -> List.of(new Unlisted(below, "403 Forbidden"));
        case HALF_A_LISTING -> {
          String half = below + "/ward/visit";
          real.list(
              below,
              files ->
                  sink.accept(
                      files.stream().filter(file -> !file.path().startsWith(half)).toList()));
          yield List.of(new Unlisted(half, "503 Slow Down"));
        }
        case READING_FAILS, LOOKING_UP_FAILS -> real.list(below, sink);
      };
    }

    @Override
    public Optional<StoredFile> find(String path) throws IOException {
      if (fault == Fault.LOOKING_UP_FAILS && !path.equals(root())) {
        throw new IOException("503 Slow Down");
      }
      return real.find(path);
    }

    @Override
    public OpenFile open(String path) throws IOException {
      if (fault == Fault.READING_FAILS) {
        throw new IOException("500 Internal Error");
      }
      return real.open(path);
    }

    @Override
    public int parallelism() {
      return 2;
    }
  }

  private enum Fault {
    LISTING_DENIED,
    HALF_A_LISTING,
    READING_FAILS,
    LOOKING_UP_FAILS
  }

  private Check.Outcome check(Fault fault) throws IOException {
    try (Lake open = Specimens.open(lake);
        Session session = open.catalogSession()) {
      FileStore store = new Faulty(new LocalFiles(lake.data()), fault);
      Check check =
          new Check(
              session,
              store,
              Ledger.open(open, session, store.root()),
              open.settings().dataPath(),
              FurtherFiles.NONE,
              () -> false,
              Progress.NONE);
      Check.Task task =
          new Check.Task(
              Level.CONTENT,
              Scope.EVERYTHING,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Duration.ZERO,
              Duration.ofDays(7));
      CatalogState state = check.readCatalog(task);
      return check.lookAtFiles(task, state);
    }
  }

  private static Stream<String> codes(Check.Outcome outcome) {
    return outcome.findings().stream().map(Finding::type).map(type -> type.code());
  }

  @Test
  void listingDenied_isOneThingThatNobodyKnows() throws IOException {
    Check.Outcome outcome = check(Fault.LISTING_DENIED);

    assertThat(codes(outcome)).containsExactly("unverifiable");
    assertThat(outcome.complete()).isFalse();
    assertThat(outcome.findings().getFirst().detail()).contains("403 Forbidden");
  }

  @Test
  void halfAListing_saysNothingOfTheOtherHalf() throws IOException {
    Check.Outcome outcome = check(Fault.HALF_A_LISTING);

    assertThat(codes(outcome)).containsExactly("unverifiable");
    assertThat(outcome.findings().getFirst().subject()).endsWith("/ward/visit");
  }

  @Test
  void filesThatCannotBeRead_areNeitherDamagedNorMissing() throws IOException {
    assertThat(codes(check(Fault.READING_FAILS))).isNotEmpty().containsOnly("unverifiable");
  }

  @Test
  void filesThatCannotBeLookedUp_areOnlyUnknownWhenTheyAreNotListed() throws IOException {
    assertThat(codes(check(Fault.LOOKING_UP_FAILS))).isEmpty();
    lake.changeCatalog(
        "UPDATE ducklake_data_file SET path = 'never.parquet' WHERE data_file_id = 0");

    // Neither the data file nor its delete file, whose rows it no longer names, can be looked at.
    assertThat(codes(check(Fault.LOOKING_UP_FAILS)))
        .containsExactlyInAnyOrder("unverifiable", "unverifiable", "leftover");
  }
}
