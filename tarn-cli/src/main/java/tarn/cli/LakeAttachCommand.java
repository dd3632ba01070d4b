package tarn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.lake.CatalogLocation;
import tarn.lake.CatalogLook;
import tarn.lake.EngineSettings;
import tarn.station.StationTemplate;

/** {@code tarn lake attach}: makes a station over a lake that another program has made. */
final class LakeAttachCommand {
  private static final String CATALOG = "--catalog";
  private static final String NAME = "--name";

  private LakeAttachCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec attach =
        Declared.command(
                shell,
                "attach",
                "Make a station over a DuckLake that DuckDB or another program has made. The lake"
                    + " is read and not changed; where its data lie, its catalog says.",
                LakeAttachCommand::run)
            .addPositional(
                Declared.argument(
                    "DIR",
                    "The station's folder, made if it is not there; without it, the current"
                        + " folder."))
            .addOption(
                Declared.value(
                    CATALOG,
                    "PLACE",
                    String.class,
                    "The lake's catalog: a DuckDB file, or postgresql://USER@HOST/DATABASE."))
            .addOption(Declared.value(NAME, "NAME", String.class, "What people call the station."))
            .addOption(Declared.json());
    return Declared.withExamples(
        attach,
        "tarn lake attach ward-7 --catalog /srv/lake/metadata.ducklake",
        "tarn lake attach ward-7 --catalog postgresql://tarn@db.hospital.example/lake");
  }

  private static ExitCode run(Invocation invocation) {
    Shell shell = invocation.shell();
    OtherSettings others = OtherSettings.of(shell.environment());
    String typed =
        invocation
            .<String>option(CATALOG)
            .orElseThrow(
                () ->
                    Invocation.usage(
                        "There is no --catalog." + others.told(),
                        others
                            .catalog()
                            .map(url -> "Write `--catalog " + url + "`, and set PGPASSWORD.")
                            .orElse("Name the file or the database that the lake's catalog is.")));
    CatalogLocation catalog = StationTemplate.catalog(typed, shell.folder());
    CatalogLook look = look(invocation, catalog);
    requireAbsolute(look, catalog);
    Path folder = invocation.path(invocation.argument().orElse("."));
    String written =
        catalog instanceof CatalogLocation.DuckDbFile(Path file) ? file.toString() : typed;
    List<Path> files =
        StationTemplate.createBare(
            folder,
            new StationTemplate.Options(
                invocation.option(NAME), Optional.of(written), Optional.of(look.dataPath())));
    if (!others.told().isEmpty()) {
      shell.say("warning:" + others.told());
    }
    shell.print(
        invocation.json()
            ? Json.pretty(fields(folder, files, catalog, look)) + "\n"
            : text(folder, catalog, look));
    return ExitCode.DONE;
  }

  private static CatalogLook look(Invocation invocation, CatalogLocation catalog) {
    try {
      Path temporary = Files.createTempDirectory("tarn-look");
      try {
        return CatalogLook.of(
            catalog,
            new EngineSettings("500MB", 1, temporary, Optional.empty()),
            invocation.extensions());
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "The folder for temporary files cannot be used: " + e,
          "Check its rights and the space there.",
          e);
    }
  }

  /** A relative one means another folder for everyone who opens the lake. */
  private static void requireAbsolute(CatalogLook look, CatalogLocation catalog) {
    boolean absolute = look.dataPath().contains("://") || Path.of(look.dataPath()).isAbsolute();
    if (!absolute) {
      throw new TarnException(
          ErrorCode.CATALOG_INVALID,
          "The lake in %s says that its data lie in `%s`, which starts at the folder of whoever opens it."
              .formatted(catalog.display(), look.dataPath()),
          "Write the whole path into the catalog, with DuckDB: UPDATE ducklake_metadata SET value ="
              + " '/…/' WHERE key = 'data_path'; then attach it.");
    }
  }

  private static Map<String, Object> fields(
      Path folder, List<Path> files, CatalogLocation catalog, CatalogLook look) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("station", folder.toString());
    fields.put("files", files.stream().map(Path::toString).toList());
    fields.put("catalog", catalog.display());
    fields.put("data_path", look.dataPath());
    fields.put("tables", look.tables());
    fields.put("data_files", look.files());
    fields.put("snapshots", look.snapshots());
    return fields;
  }

  private static String text(Path folder, CatalogLocation catalog, CatalogLook look) {
    return """
        Made the station %s over the lake in %s
        Its data lie in %s: %s tables, %s files, %s snapshots. Nothing of it was changed.

        Next: tarn -C %s doctor
              tarn -C %1$s fsck
        """
        .formatted(
            folder,
            catalog.display(),
            look.dataPath(),
            Human.count(look.tables()),
            Human.count(look.files()),
            Human.count(look.snapshots()),
            folder);
  }
}
