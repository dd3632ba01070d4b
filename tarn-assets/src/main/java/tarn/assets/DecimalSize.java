package tarn.assets;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The decimal type of a {@link java.math.BigDecimal} component of a record that is landed. Without
 * it a component is {@code DECIMAL(38, 10)}. A value that does not fit exactly is an error; it is
 * never rounded.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface DecimalSize {
  /** Digits in all, 1 to 38. */
  int precision();

  /** Digits after the point, 0 to {@code precision}. */
  int scale();
}
