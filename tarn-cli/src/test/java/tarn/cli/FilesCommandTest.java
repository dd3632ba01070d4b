package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class FilesCommandTest {
  @TempDir Path folder;
  private Path station;

  @BeforeEach
  void makeStation() throws IOException {
    station = Files.createDirectories(folder.toRealPath().resolve("ward-7"));
    Files.writeString(
        station.resolve("station.toml"), "name = 'test'\n[engine]\nmemory_limit = '1GB'\n");
    Files.createDirectories(station.resolve("in/deep"));
    Files.writeString(station.resolve("in/a.txt"), "first");
    Files.writeString(station.resolve("in/deep/b.csv"), "x,y\n");
  }

  private TypedCommand.Ended files(String... options) {
    String[] typed = new String[options.length + 1];
    typed[0] = "files";
    System.arraycopy(options, 0, typed, 1, options.length);
    return TypedCommand.in(station).run(typed);
  }

  @Test
  void files_goInAndComeOut() throws IOException {
    assertThat(files("add", "in", "--to", "docs.all").exitingWith(0).out())
        .contains("docs.all: 2 added, 0 replaced, 0 unchanged");
    assertThat(files("ls").exitingWith(0).out()).contains("docs.all").contains("9 B");
    JsonNode listed = files("ls", "docs.all", "*.csv", "--json").exitingWith(0).json();
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).path("path").asString()).isEqualTo("in/deep/b.csv");
    assertThat(listed.get(0).path("media_type").asString()).isEqualTo("text/csv");
    files("get", "docs.all", "--into", "out").exitingWith(0);
    assertThat(station.resolve("out/in/a.txt")).hasContent("first");
    assertThat(files("verify").exitingWith(0).out()).contains("2 files verified, 0 damaged");

    assertThat(
            files("rm", "docs.all", "in/a.txt", "--json")
                .exitingWith(0)
                .json()
                .path("removed")
                .asInt())
        .isEqualTo(1);
    assertThat(files("gc", "--grace", "0s", "--json").exitingWith(0).json().path("blobs").asInt())
        .isZero();
  }

  @Test
  void damagedBlob_failsTheVerification() throws IOException {
    String uri =
        files("add", "in/a.txt", "--to", "docs.all", "--json").exitingWith(0).json().isEmpty()
            ? ""
            : files("ls", "docs.all", "--json").exitingWith(0).json().get(0).path("uri").asString();
    Files.writeString(Path.of(uri), "fIrst");

    assertThat(files("verify", "docs.all").exitingWith(1).out())
        .contains("blob.modified")
        .contains("1 files verified, 1 damaged");
    assertThat(files("get", "docs.all", "--into", "out").exitingWith(3).err())
        .contains("error[file.damaged]");
  }

  @Test
  void wrongUse_isRefusedWithTheWayOut() {
    for (List<String> typed :
        List.of(
            List.of("add", "in"),
            List.of("add", "--to", "docs.all"),
            List.of("add", "in", "--to", "docs"),
            List.of("ls", "docs.never"),
            List.of("rm", "docs.all"),
            List.of("get"),
            List.of("gc", "--grace", "soon"))) {
      if (typed.getFirst().equals("ls")) {
        files("add", "in", "--to", "docs.all").exitingWith(0);
      }
      assertThat(files(typed.toArray(String[]::new)).exitingWith(2).err())
          .startsWith("error[")
          .contains("→");
    }
  }
}
