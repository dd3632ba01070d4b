package tarn.gateway.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the bearer of a key may do at all; on which tables, its grants say. */
public enum Role {
  READER,
  /** A device or an export job: it may send, and read nothing. */
  INGESTER,
  OPERATOR,
  ADMIN;

  public boolean has(Permission permission) {
    return switch (this) {
      case READER -> permission == Permission.READ;
      case INGESTER -> permission == Permission.INGEST;
      case OPERATOR -> permission != Permission.ADMINISTER;
      case ADMIN -> true;
    };
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> of(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }
}
