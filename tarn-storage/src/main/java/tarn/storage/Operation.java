package tarn.storage;

/** What is asked of a store, and the right that it takes there. */
public enum Operation {
  LIST("listing", "s3:ListBucket", Role.READER),
  HEAD("looking at", "s3:GetObject", Role.READER),
  READ("reading", "s3:GetObject", Role.READER),
  WRITE("writing", "s3:PutObject", Role.CONTRIBUTOR),
  /** A part of an upload that nobody sees before it is completed. */
  WRITE_PART("writing a part of", "s3:PutObject", Role.CONTRIBUTOR),
  COPY("copying to", "s3:GetObject and s3:PutObject", Role.CONTRIBUTOR),
  DELETE("deleting", "s3:DeleteObject", Role.CONTRIBUTOR),
  LIST_VERSIONS("listing the versions of", "s3:ListBucketVersions", Role.READER),
  READ_VERSION("reading an older version of", "s3:GetObjectVersion", Role.READER),
  LIST_UPLOADS("listing the unfinished uploads of", "s3:ListBucketMultipartUploads", Role.READER),
  ABORT_UPLOAD("aborting an unfinished upload of", "s3:AbortMultipartUpload", Role.CONTRIBUTOR);

  private final String gerund;
  private final String awsAction;
  private final Role azureRole;

  Operation(String gerund, String awsAction, Role azureRole) {
    this.gerund = gerund;
    this.awsAction = awsAction;
    this.azureRole = azureRole;
  }

  /** As it stands in a sentence: {@code listing}. */
  public String gerund() {
    return gerund;
  }

  /** The actions that a policy of AWS must allow. */
  public String awsAction() {
    return awsAction;
  }

  /** The least of Azure's own roles that allows it. */
  public String azureRole() {
    return azureRole.title;
  }

  /** Whether a lost answer leaves it open what the store holds. */
  public boolean mayHaveHappened() {
    return switch (this) {
      case WRITE, COPY, DELETE -> true;
      case LIST, HEAD, READ, WRITE_PART, LIST_VERSIONS, READ_VERSION, LIST_UPLOADS, ABORT_UPLOAD ->
          false;
    };
  }

  private enum Role {
    READER("Storage Blob Data Reader"),
    CONTRIBUTOR("Storage Blob Data Contributor");

    private final String title;

    Role(String title) {
      this.title = title;
    }
  }
}
