package tarn.integrity.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.finding.FileKind;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * What looks wrong, until a fresh look at the catalog has shown that it still matters: while a
 * check walks, others add files, and remove those that no snapshot needs.
 */
final class Candidates {
  /** Beyond these, findings are counted and no longer kept. */
  private static final int MOST = 100_000;

  /** Of these the partition is looked up, which takes a query each. */
  private static final int PARTITIONS = 1_000;

  private static final int PAGE = 1_000;

  private record OfFile(Finding finding, FileRecord file) {}

  private final List<OfFile> ofFiles = new ArrayList<>();
  private final List<Finding> unreferenced = new ArrayList<>();
  private final List<Finding> certain = new ArrayList<>();
  private final Set<Long> suspicious = new HashSet<>();
  private long omitted;

  /** Something that no concurrent writer could explain. */
  void addCertain(Finding finding) {
    certain.add(finding);
  }

  /** Counts findings that are not kept. */
  void omit(long findings) {
    omitted += findings;
  }

  /** Something about a file that the catalog had. */
  void add(Finding finding, FileRecord file) {
    suspicious.add(file.sequence());
    if (ofFiles.size() < MOST) {
      ofFiles.add(new OfFile(finding, file));
    } else {
      omitted++;
    }
  }

  /** A file that the catalog did not have. */
  void addUnreferenced(Finding finding) {
    if (unreferenced.size() < MOST) {
      unreferenced.add(finding);
    } else {
      omitted++;
    }
  }

  /** Whether something is already wrong with a file, so that it need not be looked at again. */
  boolean isSuspicious(long sequence) {
    return suspicious.contains(sequence);
  }

  boolean isEmpty() {
    return ofFiles.isEmpty() && unreferenced.isEmpty() && certain.isEmpty();
  }

  long omitted() {
    return omitted;
  }

  /**
   * What is still wrong by a catalog that is newer than every observation.
   *
   * @param session with no transaction open
   */
  List<Finding> confirmed(Session session) {
    List<Finding> findings = new ArrayList<>(certain);
    Set<String> miscounted = miscounted();
    for (int from = 0; from < ofFiles.size(); from += PAGE) {
      List<OfFile> page = ofFiles.subList(from, Math.min(from + PAGE, ofFiles.size()));
      Set<Long> data = present(session, page, FileKind.DATA, "data_file");
      Set<Long> deletes = present(session, page, FileKind.DELETE, "delete_file");
      for (OfFile each : page) {
        if (!follows(each, miscounted)
            && (each.file.isDelete() ? deletes : data).contains(each.file.fileId())) {
          findings.add(findings.size() < PARTITIONS ? withPartition(session, each) : each.finding);
        }
      }
    }
    findings.addAll(stillUnreferenced(session));
    return findings;
  }

  /** Names of data files of which the catalog has a wrong row count. */
  private Set<String> miscounted() {
    return ofFiles.stream()
        .filter(each -> each.finding.type() == FindingClass.RECORD_ROWS)
        .map(each -> each.file.path().substring(each.file.path().lastIndexOf('/') + 1))
        .collect(Collectors.toSet());
  }

  /** A delete file reaches beyond its data file because that one is counted wrong. */
  private static boolean follows(OfFile each, Set<String> miscounted) {
    return each.finding.type() == FindingClass.DELETE_FILE_DANGLING
        && each.file.dataFile().filter(data -> miscounted.contains(data.name())).isPresent();
  }

  private static Set<Long> present(
      Session session, List<OfFile> page, FileKind kind, String table) {
    List<String> numbers =
        page.stream()
            .filter(each -> each.file.kind() == kind)
            .map(each -> Long.toString(each.file.fileId()))
            .toList();
    if (numbers.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        session.query(
            "SELECT %2$s_id FROM %1$s.ducklake_%2$s WHERE %2$s_id IN (%3$s)"
                .formatted(Lake.METADATA, table, String.join(", ", numbers)),
            row -> row.getLong(1)));
  }

  private static Finding withPartition(Session session, OfFile each) {
    if (each.file.kind() != FileKind.DATA) {
      return each.finding;
    }
    Optional<String> partition = CatalogReader.partition(session, each.file.fileId());
    return partition.isPresent()
        ? each.finding.withAffected(each.file.affected().in(partition))
        : each.finding;
  }

  /** By name alone, whatever the folder: rather one orphan too few than a live file too many. */
  private List<Finding> stillUnreferenced(Session session) {
    if (unreferenced.isEmpty()) {
      return List.of();
    }
    Map<String, List<Finding>> byName = new HashMap<>();
    for (Finding finding : unreferenced) {
      byName.computeIfAbsent(name(finding.subject()), _ -> new ArrayList<>()).add(finding);
    }
    List<String> names = List.copyOf(byName.keySet());
    for (int from = 0; from < names.size(); from += PAGE) {
      List<String> page = names.subList(from, Math.min(from + PAGE, names.size()));
      session
          .query(
              """
              SELECT DISTINCT lower(regexp_replace(path, '^.*[/\\\\]', '')) AS name FROM (
                SELECT path FROM %1$s.ducklake_data_file
                UNION ALL SELECT path FROM %1$s.ducklake_delete_file
                UNION ALL SELECT path FROM %1$s.ducklake_files_scheduled_for_deletion)
              WHERE list_contains(%2$s, lower(regexp_replace(path, '^.*[/\\\\]', '')))"""
                  .formatted(Lake.METADATA, Sql.literals(page)),
              row -> String.valueOf(row.getString(1)))
          .forEach(byName::remove);
    }
    return unreferenced.stream()
        .filter(finding -> byName.containsKey(name(finding.subject())))
        .toList();
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
  }
}
