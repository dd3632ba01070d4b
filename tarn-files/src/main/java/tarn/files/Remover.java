package tarn.files;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.Transaction;

/** Removes references; older snapshots still show them, and their blobs stay as long. */
final class Remover {
  private Remover() {}

  static RemoveResult remove(
      Lake lake, Session session, TableName collection, List<String> patterns) {
    Collections.requireThere(session, collection);
    Collections.requireChangeable(collection);
    String condition = CollectionReader.matching(patterns);
    List<TableName> indexes = Indexes.of(session, collection.schema());
    List<TableName> tables = new ArrayList<>(indexes);
    tables.add(collection);
    Transaction.Result<Long> result =
        Transaction.run(
            lake,
            session,
            tables,
            transaction -> {
              for (TableName index : indexes) {
                Indexes.remove(
                    transaction,
                    index,
                    collection,
                    "SELECT path FROM " + collection.quoted() + " WHERE " + condition);
              }
              long removed =
                  transaction.update("DELETE FROM " + collection.quoted() + " WHERE " + condition);
              return removed == 0
                  ? new Transaction.Decision.Discard<>(removed)
                  : new Transaction.Decision.Commit<>(
                      removed, Adder.message(collection, "remove " + removed + " files"));
            });
    return switch (result) {
      case Transaction.Result.Written<Long>(Long removed, long snapshot) ->
          new RemoveResult(removed, OptionalLong.of(snapshot));
      case Transaction.Result.NothingWritten<Long>(Long removed) ->
          new RemoveResult(removed, OptionalLong.empty());
    };
  }
}
