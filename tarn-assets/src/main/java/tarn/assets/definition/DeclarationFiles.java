package tarn.assets.definition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tarn.assets.AssetKey;
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
  private final Mistakes mistakes;

  DeclarationFiles(Station station, Mistakes mistakes) {
    this.station = station.folder();
    this.assets = station.assets();
    this.mistakes = mistakes;
  }

  /**
   * @param unreadable assets whose files cannot be read; that others name them is no mistake
   */
  record Read(List<Draft> drafts, Set<AssetKey> unreadable) {}

  /**
   * In the order of their paths. Files with other endings, and hidden ones, are left alone. A draft
   * of a file with a mistake in it holds defaults there.
   */
  Read read() {
    List<Draft> drafts = new ArrayList<>();
    Set<AssetKey> unreadable = new HashSet<>();
    for (Path file : files()) {
      String name = station.relativize(file).toString().replace('\\', '/');
      Optional<AssetKey> key =
          mistakes.attempt(Optional.empty(), () -> Optional.of(key(file, name)));
      key.ifPresent(
          known ->
              mistakes
                  .attempt(Optional.<Draft>empty(), () -> Optional.of(read(known, file, name)))
                  .ifPresentOrElse(drafts::add, () -> unreadable.add(known)));
    }
    return new Read(drafts, unreadable);
  }

  private List<Path> files() {
    if (!Files.isDirectory(assets)) {
      return List.of();
    }
    // What a link leads to counts: some deployments mount every file as one.
    try (Stream<Path> files = Files.walk(assets, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> isDeclaration(file) && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new TarnException(
          ErrorCode.STATION_NOT_FOUND,
          "Cannot read the folder " + assets + ": " + e.getMessage(),
          "Check the rights of the folder and of those in it, and that no link there leads upwards.",
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

  private Draft read(AssetKey key, Path file, String name) {
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

  private Draft sql(AssetKey key, String name, String content) {
    SqlFile file = SqlFile.parse(name, content);
    TableReader header =
        TableReader.of(name, file.header().orElseGet(DeclarationFiles::emptyDocument), mistakes);
    header.tellUnknown(DeclarationKey.topNames(DeclarationKey.SHARED));
    AssetSettings settings = DeclarationReader.read(header, DeclarationReader.Mode.REPLACE);
    List<QueryText> queries = new ArrayList<>();
    queries.add(file.query());
    queries.addAll(ChecksReader.queries(name, header, settings.checks()));
    return new Draft(
        key,
        name,
        new AssetBody.SqlQuery(file.query().text()),
        settings,
        Set.of(),
        queries,
        Optional.of(header));
  }

  private Draft source(AssetKey key, String name, String content) {
    TableReader declaration;
    try {
      declaration = TableReader.of(name, TomlDocument.parse(content, 1), mistakes);
    } catch (TomlSyntaxException e) {
      throw new TarnException(
          ErrorCode.ASSET_HEADER_INVALID,
          "%s:%d:%d: this is not TOML: %s.".formatted(name, e.line(), e.column(), e.getMessage()),
          "Mend that line; a text needs quotes around it, and a table's name stands in brackets.",
          e);
    }
    declaration.tellUnknown(DeclarationKey.topNames(DeclarationKey.SHARED, "landing"));
    AssetSettings settings = DeclarationReader.read(declaration, DeclarationReader.Mode.APPEND);
    return new Draft(
        key,
        name,
        new AssetBody.Landing(LandingReader.read(declaration)),
        settings,
        Set.of(),
        ChecksReader.queries(name, declaration, settings.checks()),
        Optional.of(declaration));
  }

  private static TomlDocument emptyDocument() {
    try {
      return TomlDocument.parse("", 1);
    } catch (TomlSyntaxException e) {
      throw new IllegalStateException("an empty text is TOML", e);
    }
  }
}
