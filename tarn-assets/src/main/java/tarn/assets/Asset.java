package tarn.assets;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import tarn.assets.WriteMode.Unmatched;

/**
 * Makes a method of an {@link AssetModule} an asset. The method returns an {@link Output} and takes
 * any number of {@link Input inputs} and, if it likes, the {@link AssetContext}. What the asset
 * needs beyond this (checks of other kinds, write modes of its own) a {@link JavaAsset} can say.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Asset {
  /** Such as {@code omop/person}. */
  String key();

  String description() default "";

  /** Default: the first part of the key. */
  String group() default "";

  /** {@code team:name} or mail addresses. */
  String[] owners() default {};

  /** {@code layer=curated}, or a key alone. */
  String[] tags() default {};

  String[] kinds() default {};

  /** How the output meets what the table holds. */
  Mode write() default Mode.REPLACE;

  /** The columns that together name a row; with {@link Mode#MERGE} only, and needed there. */
  String[] keys() default {};

  /** What becomes of rows that the output does not hold; with {@link Mode#MERGE} only. */
  Unmatched unmatched() default Unmatched.KEEP;

  /** Partition expressions, such as {@code year(birth_date)}. */
  String[] partitionBy() default {};

  SchemaChange[] allow() default {};

  /** A blocking check that none of these columns is null. */
  String[] notNull() default {};

  /** A blocking check that no two rows are alike in these columns together. */
  String[] unique() default {};

  /** How old the last materialization may be, such as {@code 24h}. */
  String freshness() default "";

  UnchangedContent unchanged() default UnchangedContent.SKIP;

  /** Default: a hash of the plugin's content. */
  String codeVersion() default "";

  /** The write modes by name. */
  enum Mode {
    REPLACE,
    APPEND,
    MERGE,
    /** By the columns of {@link #partitionBy}, which must then be columns. */
    OVERWRITE_PARTITIONS
  }
}
