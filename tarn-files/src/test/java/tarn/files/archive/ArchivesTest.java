package tarn.files.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives are made by Python's own modules, so that no library reads what it wrote itself. */
class ArchivesTest {
  @TempDir Path folder;

  private Path made(String name, String script) throws Exception {
    Path archive = folder.resolve(name);
    Process python =
        new ProcessBuilder(
                "python3",
                "-W",
                "ignore",
                "-c",
                "import io, sys, tarfile, zipfile\npath = sys.argv[1]\n" + script,
                archive.toString())
            .inheritIO()
            .start();
    assertThat(python.waitFor()).isZero();
    return archive;
  }

  private static Map<String, String> unpacked(Path archive) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    new Archives(new UnpackLimits(100, 1 << 20, 10))
        .unpack(
            archive,
            (path, _, content) ->
                files.put(path, new String(content.readAllBytes(), StandardCharsets.UTF_8)));
    return files;
  }

  private static final String TAR =
      """
      def add(tar, name, data=b'x', kind=tarfile.REGTYPE, link=''):
          info = tarfile.TarInfo(name)
          info.size, info.type, info.linkname = len(data), kind, link
          tar.addfile(info, io.BytesIO(data))
      """;

  @Test
  void zip_givesItsFiles() throws Exception {
    Path archive =
        made(
            "a.zip",
            """
            with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
                z.writestr('a.txt', 'one')
                z.writestr('deep/ü.txt', 'two')
                z.mkdir('empty')
            """);
    assertThat(unpacked(archive)).isEqualTo(Map.of("a.txt", "one", "deep/ü.txt", "two"));
  }

  @ParameterizedTest
  @CsvSource({
    "a.tar, w, PAX",
    "a.tar, w, GNU",
    "a.tar, w, USTAR",
    "a.tar.gz, w:gz, PAX",
    "a.tgz, w:gz, GNU"
  })
  void tar_givesItsFiles(String name, String mode, String format) throws Exception {
    String longName = "d/" + "n".repeat(90) + ".txt";
    Path archive =
        made(
            name,
            TAR
                + """
                with tarfile.open(path, '%s', format=tarfile.%s_FORMAT) as t:
                    add(t, 'a.txt', b'one')
                    add(t, 'deep', b'', tarfile.DIRTYPE)
                    add(t, '%s', b'two')
                """
                    .formatted(mode, format, longName));
    assertThat(unpacked(archive)).isEqualTo(Map.of("a.txt", "one", longName, "two"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../a", "/etc/a", "a/../../b", "..", "C:/a", "a\\\\..\\\\b", "./../a", "a/./b"})
  void namesThatLeadOut_areRefused(String name) throws Exception {
    Path zip =
        made(
            "slip.zip",
            "with zipfile.ZipFile(path, 'w') as z: z.writestr(zipfile.ZipInfo('%s'), 'x')"
                .formatted(name));
    Path tar =
        made("slip.tar", TAR + "with tarfile.open(path, 'w') as t: add(t, '%s')".formatted(name));
    for (Path archive : List.of(zip, tar)) {
      assertThatThrownBy(() -> unpacked(archive)).hasMessageContaining("leads out");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SYMTYPE", "LNKTYPE", "CHRTYPE", "FIFOTYPE"})
  void linksAndDevices_areRefused(String type) throws Exception {
    Path tar =
        made(
            "link.tar",
            TAR
                + "with tarfile.open(path, 'w') as t: add(t, 'a', b'', tarfile.%s, '/etc/passwd')"
                    .formatted(type));
    assertThatThrownBy(() -> unpacked(tar)).hasMessageContaining("a link, a device");
  }

  @Test
  void symbolicLinkInZip_isRefused() throws Exception {
    Path zip =
        made(
            "link.zip",
            """
            with zipfile.ZipFile(path, 'w') as z:
                info = zipfile.ZipInfo('a')
                info.create_system, info.external_attr = 3, 0o120777 << 16
                z.writestr(info, '/etc/passwd')
            """);
    assertThatThrownBy(() -> unpacked(zip)).hasMessageContaining("a link");
  }

  @Test
  void twoEntriesOfOneName_areRefused() throws Exception {
    Path zip =
        made(
            "twice.zip",
            """
            with zipfile.ZipFile(path, 'w') as z:
                z.writestr('a', 'one')
                z.writestr('a', 'two')
            """);
    assertThatThrownBy(() -> unpacked(zip)).hasMessageContaining("twice");
  }

  @Test
  void bombs_areRefusedBeforeTheyAreUnpacked() throws Exception {
    Path zip =
        made(
            "bomb.zip",
            """
            with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
                for i in range(50): z.writestr(str(i), bytes(1 << 20))
            """);
    Path tar =
        made(
            "bomb.tgz",
            TAR
                + """
                with tarfile.open(path, 'w:gz') as t:
                    for i in range(50): add(t, str(i), bytes(1 << 20))
                """);
    for (Path archive : List.of(zip, tar)) {
      List<Integer> sizes = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  new Archives(new UnpackLimits(100, 1 << 20, 10))
                      .unpack(archive, (_, _, content) -> sizes.add(content.readAllBytes().length)))
          .hasMessageContaining("out of proportion");
      assertThat(sizes).hasSizeLessThan(3);
    }
  }

  @Test
  void overlappingEntries_areRefused() throws Exception {
    Path zip =
        made(
            "overlap.zip",
            """
            import struct
            with zipfile.ZipFile(path, 'w') as z:
                z.writestr('a', 'content of both')
                z.writestr('b', 'content of none')
            data = bytearray(open(path, 'rb').read())
            second = data.index(b'PK\\x01\\x02', data.index(b'PK\\x01\\x02') + 1)
            data[second + 42:second + 46] = struct.pack('<I', 0)
            open(path, 'wb').write(data)
            """);
    assertThatThrownBy(() -> unpacked(zip)).hasMessageContaining("over another");
  }

  @Test
  void tooManyEntries_areRefused() throws Exception {
    Path zip =
        made(
            "many.zip",
            """
            with zipfile.ZipFile(path, 'w') as z:
                for i in range(101): z.writestr(str(i), b'')
            """);
    assertThatThrownBy(() -> unpacked(zip)).hasMessageContaining("more than 100 entries");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut.zip", "cut.tar", "cut.tgz"})
  void whatIsNoArchive_isRefusedOrUnreadable(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "PK no archive at all".repeat(40));
    assertThatThrownBy(() -> unpacked(file)).isInstanceOf(Exception.class);
  }
}
