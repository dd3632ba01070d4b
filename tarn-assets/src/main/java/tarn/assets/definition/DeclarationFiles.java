package tarn.assets.definition;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.station.Station;
import tarn.station.toml.TomlDocument;
import tarn.station.toml.TomlSyntaxException;

/** Reads the files below {@code assets}. */
final class DeclarationFiles {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String SQL = ".sql";
  private static final String TOML = ".toml";

  private final Path station;
  private final Path assets;

  DeclarationFiles(Station station) {
    this.station = station.folder();
    this.assets = station.assets();
  }

  /** In the order of their paths. Files with other endings, and hidden ones, are left alone. */
  List<Draft> read() {
    return files().stream().map(this::read).toList();
  }

  private List<Path> files() {
    if (!Files.isDirectory(assets)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(assets)) {
      return files
          .filter(file -> isDeclaration(file) && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new TarnException(
          ErrorCode.STATION_NOT_FOUND,
          "Cannot read the folder " + assets + ": " + e.getMessage(),
          "Check the rights of the folder and of those in it.",
          e);
    }
  }

  private boolean isDeclaration(Path file) {
    for (Path part : assets.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return hasSuffix(file, SQL) || hasSuffix(file, TOML);
  }

  private static boolean hasSuffix(Path file, String suffix) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(suffix);
  }

  private Draft read(Path file) {
    String name = station.relativize(file).toString().replace('\\', '/');
    AssetKey key = key(file, name);
    String content = content(file, name);
    return hasSuffix(file, SQL) ? sql(key, name, content) : source(key, name, content);
  }

  private AssetKey key(Path file, String name) {
    String path = assets.relativize(file).toString().replace('\\', '/');
    try {
      return AssetKey.parse(path.substring(0, path.lastIndexOf('.')));
    } catch (TarnException e) {
      throw new TarnException(
          e.code(), name + ": " + e.getMessage(), "Rename the file. " + e.remedy());
    }
  }

  private static String content(Path file, String name) {
    try {
      String content = Files.readString(file);
      return content.startsWith(BYTE_ORDER_MARK) ? content.substring(1) : content;
    } catch (CharacterCodingException e) {
      throw new TarnException(
          ErrorCode.ASSET_QUERY_INVALID,
          name + " is not encoded in UTF-8.",
          "Save the file as UTF-8.",
          e);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.ASSET_QUERY_INVALID,
          "Cannot read " + file + ": " + e.getMessage(),
          "Check the file's rights.",
          e);
    }
  }

  private static Draft sql(AssetKey key, String name, String content) {
    SqlFile file = SqlFile.parse(name, content);
    TableReader header =
        TableReader.of(name, file.header().orElseGet(DeclarationFiles::emptyDocument));
    header.only(DeclarationKey.topNames(DeclarationKey.SHARED));
    AssetSettings settings = DeclarationReader.read(header);
    List<QueryText> queries = new ArrayList<>();
    queries.add(file.query());
    queries.addAll(checkQueries(name, header, settings));
    return new Draft(
        key,
        name,
        new AssetBody.SqlQuery(file.query().text()),
        settings,
        Set.of(),
        queries,
        java.util.Optional.of(header));
  }

  private static Draft source(AssetKey key, String name, String content) {
    TableReader declaration;
    try {
      declaration = TableReader.of(name, TomlDocument.parse(content, 1));
    } catch (TomlSyntaxException e) {
      throw new TarnException(
          ErrorCode.ASSET_HEADER_INVALID,
          "%s:%d:%d: this is not TOML: %s.".formatted(name, e.line(), e.column(), e.getMessage()),
          "Mend that line; a text needs quotes around it, and a table's name stands in brackets.",
          e);
    }
    declaration.only(DeclarationKey.topNames(DeclarationKey.SHARED, "landing"));
    AssetSettings settings = DeclarationReader.read(declaration);
    return new Draft(
        key,
        name,
        new AssetBody.Landing(LandingReader.read(declaration)),
        settings,
        Set.of(),
        checkQueries(name, declaration, settings),
        java.util.Optional.of(declaration));
  }

  private static List<QueryText> checkQueries(
      String name, TableReader declaration, AssetSettings settings) {
    List<QueryText> queries = new ArrayList<>();
    List<TableReader> tables = declaration.tables("checks");
    for (int index = 0; index < tables.size(); index++) {
      Check check = settings.checks().get(index);
      if (check.rule() instanceof Rule.Query(String sql)) {
        queries.add(new QueryText(name, sql, tables.get(index).line("sql"), 0));
      }
    }
    return queries;
  }

  private static TomlDocument emptyDocument() {
    try {
      return TomlDocument.parse("", 1);
    } catch (TomlSyntaxException e) {
      throw new IllegalStateException("an empty text is TOML", e);
    }
  }
}
