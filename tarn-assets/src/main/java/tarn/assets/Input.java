package tarn.assets;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Another asset that a method reads. The parameter is an {@link Output.Relation}: a lazy query, to
 * be put into a larger one in parentheses.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Input {
  /** The other asset's key, such as {@code omop/person}. */
  String value();
}
