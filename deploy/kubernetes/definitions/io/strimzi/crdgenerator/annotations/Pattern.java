package io.strimzi.crdgenerator.annotations;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** As Strimzi declares it, in a package that is not published; without it Java does not see the annotation. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Pattern {
  String value();
}
