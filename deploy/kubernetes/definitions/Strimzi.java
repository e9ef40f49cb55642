import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.AnnotatedClassResolver;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import io.strimzi.crdgenerator.annotations.Maximum;
import io.strimzi.crdgenerator.annotations.Minimum;
import io.strimzi.crdgenerator.annotations.Pattern;
import io.strimzi.crdgenerator.annotations.PresentInVersions;
import io.strimzi.crdgenerator.annotations.RequiredInVersions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Prints the resource definitions (v1) that Strimzi's own Java classes describe, as one JSON list for kubectl.
 *
 * <p>Strimzi publishes the classes, not the generator. Read from their annotations: names, types, values of
 * enumerations, bounds, patterns, what is required and what v1 no longer has. Not read: rules across fields.
 */
public final class Strimzi {
  private static final Map<String, String> KINDS =
      Map.of("Kafka", "kafka", "KafkaNodePool", "nodepool", "KafkaTopic", "topic", "KafkaUser", "user");
  private static final String PACKAGE = "io.strimzi.api.kafka.model.";
  private static final Map<String, Object> ANYTHING =
      Map.of("type", "object", "x-kubernetes-preserve-unknown-fields", true);
  private final ObjectMapper mapper =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
  private final SerializationConfig config = mapper.getSerializationConfig();

  public static void main(String[] arguments) throws Exception {
    Strimzi strimzi = new Strimzi();
    List<Object> definitions = new ArrayList<>();
    for (String kind : new TreeSet<>(KINDS.keySet())) {
      definitions.add(strimzi.definition(kind, KINDS.get(kind)));
    }
    Map<String, Object> list = new TreeMap<>();
    list.put("apiVersion", "v1");
    list.put("kind", "List");
    list.put("items", definitions);
    System.out.println(strimzi.mapper.writeValueAsString(list));
  }

  private Map<String, Object> definition(String kind, String folder) throws Exception {
    JavaType type = config.constructType(Class.forName(PACKAGE + folder + "." + kind));
    BeanPropertyDefinition spec =
        properties(type).stream().filter(one -> one.getName().equals("spec")).findFirst().orElseThrow();
    String plural = kind.toLowerCase() + "s";
    Map<String, Object> properties = new TreeMap<>();
    properties.put("apiVersion", Map.of("type", "string"));
    properties.put("kind", Map.of("type", "string"));
    properties.put("metadata", Map.of("type", "object"));
    properties.put("spec", schema(member(spec).getType()));
    properties.put("status", ANYTHING);
    Map<String, Object> version = new TreeMap<>();
    version.put("name", "v1");
    version.put("served", true);
    version.put("storage", true);
    version.put("subresources", Map.of("status", Map.of()));
    version.put("schema", Map.of("openAPIV3Schema",
        Map.of("type", "object", "required", List.of("spec"), "properties", properties)));
    Map<String, Object> names = new TreeMap<>(Map.of("kind", kind, "plural", kind.equals("Kafka") ? "kafkas" : plural,
        "singular", kind.toLowerCase(), "listKind", kind + "List"));
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("apiVersion", "apiextensions.k8s.io/v1");
    made.put("kind", "CustomResourceDefinition");
    made.put("metadata", Map.of("name", names.get("plural") + ".kafka.strimzi.io"));
    made.put("spec", new TreeMap<>(Map.of("group", "kafka.strimzi.io", "scope", "Namespaced", "names", names,
        "versions", List.of(version))));
    return made;
  }

  private Map<String, Object> schema(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (raw == String.class) return Map.of("type", "string");
    if (raw == boolean.class || raw == Boolean.class) return Map.of("type", "boolean");
    if (raw == int.class || raw == long.class || raw == Integer.class || raw == Long.class)
      return Map.of("type", "integer");
    if (raw == double.class || raw == Double.class) return Map.of("type", "number");
    if (raw.getSimpleName().equals("Quantity") || raw.getSimpleName().equals("IntOrString"))
      return Map.of("x-kubernetes-int-or-string", true);
    if (raw.isEnum()) return Map.of("type", "string", "enum", values(raw));
    if (Collection.class.isAssignableFrom(raw) || raw.isArray())
      return new TreeMap<>(Map.of("type", "array", "items", schema(type.getContentType())));
    if (Map.class.isAssignableFrom(raw)) {
      return type.getContentType().getRawClass() == Object.class ? ANYTHING
          : new TreeMap<>(Map.of("type", "object", "additionalProperties", schema(type.getContentType())));
    }
    return raw == Object.class ? ANYTHING : object(type);
  }

  private Map<String, Object> object(JavaType type) {
    Map<String, Object> properties = new TreeMap<>();
    TreeSet<String> required = new TreeSet<>();
    add(type, properties, required);
    TreeSet<String> kinds = new TreeSet<>();
    for (NamedType one : config.getSubtypeResolver().collectAndResolveSubtypesByClass(config,
        AnnotatedClassResolver.resolve(config, type, config))) {
      if (one.hasName() && one.getType() != type.getRawClass() && present(one.getType())) {
        kinds.add(one.getName());
        add(config.constructType(one.getType()), properties, new TreeSet<>());
      }
    }
    if (!kinds.isEmpty()) {
      properties.put("type", Map.of("type", "string", "enum", kinds));
      required.add("type");
    }
    if (properties.isEmpty()) return ANYTHING;
    Map<String, Object> made = new TreeMap<>(Map.of("type", "object", "properties", properties));
    if (!required.isEmpty()) made.put("required", required);
    return made;
  }

  private void add(JavaType type, Map<String, Object> properties, TreeSet<String> required) {
    for (BeanPropertyDefinition one : properties(type)) {
      AnnotatedMember member = member(one);
      if (member == null || !inV1(member.getAnnotation(PresentInVersions.class))) continue;
      JsonProperty named = member.getAnnotation(JsonProperty.class);
      RequiredInVersions demanded = member.getAnnotation(RequiredInVersions.class);
      if (named != null && named.required() || demanded != null && inV1(demanded.value())) required.add(one.getName());
      properties.put(one.getName(), bounded(schema(member.getType()), member));
    }
  }

  private Map<String, Object> bounded(Map<String, Object> schema, AnnotatedMember member) {
    Map<String, Object> made = new TreeMap<>(schema);
    Minimum least = member.getAnnotation(Minimum.class);
    Maximum most = member.getAnnotation(Maximum.class);
    Pattern pattern = member.getAnnotation(Pattern.class);
    if (least != null) made.put("minimum", least.value());
    if (most != null) made.put("maximum", most.value());
    if (pattern != null) made.put("pattern", pattern.value());
    return made;
  }

  private List<BeanPropertyDefinition> properties(JavaType type) {
    BeanDescription described = config.introspect(type);
    return described.findProperties();
  }

  private static AnnotatedMember member(BeanPropertyDefinition property) {
    return property.getGetter() != null ? property.getGetter() : property.getAccessor();
  }

  private TreeSet<String> values(Class<?> type) {
    TreeSet<String> found = new TreeSet<>();
    for (Object one : type.getEnumConstants()) {
      String value = mapper.convertValue(one, String.class);
      if (value != null) found.add(value);
    }
    return found;
  }

  private static boolean present(Class<?> type) {
    return inV1(type.getAnnotation(PresentInVersions.class));
  }

  private static boolean inV1(PresentInVersions versions) {
    return versions == null || inV1(versions.value());
  }

  private static boolean inV1(String versions) { // "v1", "v1+", "v1beta2-v1", "v1beta2+"; not "v1beta2", "v1alpha1-v1beta2"
    return versions.endsWith("+") || versions.equals("v1") || versions.endsWith("-v1");
  }
}
