package tarn.files;

import java.time.Instant;
import java.util.Optional;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Names that point to versions and can be moved; every move is kept. */
final class ModelAliases {
  private ModelAliases() {}

  /**
   * @param version where it is to point; empty to take it away
   * @return whether that is a change
   */
  static boolean move(Session session, String name, String alias, Optional<Integer> version) {
    String condition = "name = %s AND alias = %s".formatted(Sql.literal(name), Sql.literal(alias));
    Optional<Integer> now =
        session.queryFirst(
            "SELECT \"version\" FROM lake.\"%s\".aliases WHERE %s"
                .formatted(ModelTables.SCHEMA, condition),
            row -> row.getInt(1));
    if (now.equals(version)) {
      return false;
    }
    session.execute(
        """
        INSERT INTO %1$s SELECT %2$s, %3$s,
          (SELECT coalesce(max(move), 0) + 1 FROM %1$s WHERE %4$s), %5$s, %6$s, '%7$s'::TIMESTAMPTZ"""
            .formatted(
                ModelTables.MOVES.quoted(),
                Sql.literal(name),
                Sql.literal(alias),
                condition,
                version.map(String::valueOf).orElse("NULL"),
                Sql.literal(ModelPusher.who()),
                Instant.now()));
    return true;
  }
}
