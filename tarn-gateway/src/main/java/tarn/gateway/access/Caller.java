package tarn.gateway.access;

import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.TableName;

/**
 * Who sends a request.
 *
 * @param id of the key or the token's subject; never the key itself
 * @param name what people call the key
 */
public record Caller(String id, String name, Role role, Grants grants, CallerLimits limits) {

  /**
   * A filter says which rows may be seen, and nothing of which may be added: who has one may not
   * write.
   *
   * @throws TarnException {@code access.denied} when it may not add rows to a table
   */
  public void requireWrite(TableName table) {
    boolean whole = grants.of(table).filter(grant -> grant.filter().isEmpty()).isPresent();
    if (!whole || !grants.show(table, role)) {
      throw new TarnException(
          ErrorCode.ACCESS_DENIED,
          "The key may not send to " + table + ".",
          "Use a key with a grant for it.");
    }
  }
}
