package tarn.gateway.access;

/** What a route asks of its caller. */
public enum Permission {
  /** Read tables, the catalog, assets and runs. */
  READ,
  /** Send deliveries. */
  INGEST,
  /** Start and stop runs. */
  OPERATE,
  /** Look at the station as a whole. */
  ADMINISTER
}
