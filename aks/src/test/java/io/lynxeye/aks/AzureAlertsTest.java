package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The rules of Azure Monitor say the same as those of Prometheus, from which this test makes them:
 * {@code GOLDEN_WRITE=true} rewrites the file.
 */
final class AzureAlertsTest {

  private static final Path OPS = Path.of("..", "ops");
  private static final Path TEMPLATE = OPS.resolve("azure/alerts.json");

  /** Azure's severities: 0 critical, 1 error, 2 warning, 3 informational, 4 verbose. */
  private static final Map<String, Integer> SEVERITIES =
      Map.of("critical", 0, "warning", 2, "info", 3);

  private static List<Map<String, Object>> rules() throws IOException {
    Object file = new Yaml().load(Files.readString(OPS.resolve("prometheus/alerts.yml")));
    return Tree.maps(Tree.at(file, "groups", 0, "rules"));
  }

  /** In the order and with the names of Microsoft.AlertsManagement/prometheusRuleGroups. */
  private static Map<String, Object> onAzure(Map<String, Object> rule) {
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("alert", rule.get("alert"));
    made.put("expression", rule.get("expr"));
    if (rule.get("for") != null) {
      made.put("for", "PT" + rule.get("for").toString().toUpperCase(java.util.Locale.ROOT));
    }
    made.put("severity", SEVERITIES.get(Tree.at(rule, "labels", "severity")));
    made.put("labels", rule.get("labels"));
    made.put("annotations", rule.get("annotations"));
    made.put("actions", "[variables('actions')]");
    return made;
  }

  private static Map<String, Object> template() throws IOException {
    Map<String, Object> text = Map.of("type", "string");
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("workspaceId", text);
    parameters.put("clusterId", text);
    parameters.put("actionGroupId", new LinkedHashMap<>(Map.of("type", "string")));
    Tree.map(parameters.get("actionGroupId")).put("defaultValue", "");
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("description", "Lynxeye's alerts, made from ops/prometheus/alerts.yml");
    properties.put("scopes", List.of("[parameters('workspaceId')]", "[parameters('clusterId')]"));
    properties.put("clusterName", "[last(split(parameters('clusterId'), '/'))]");
    properties.put("enabled", true);
    properties.put("interval", "PT1M");
    properties.put("rules", rules().stream().map(AzureAlertsTest::onAzure).toList());
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("type", "Microsoft.AlertsManagement/prometheusRuleGroups");
    group.put("apiVersion", "2023-03-01");
    group.put("name", "lynxeye");
    group.put("location", "[resourceGroup().location]");
    group.put("properties", properties);
    String actions =
        "[if(empty(parameters('actionGroupId')), createArray(),"
            + " createArray(createObject('actionGroupId', parameters('actionGroupId'))))]";
    Map<String, Object> template = new LinkedHashMap<>();
    template.put(
        "$schema",
        "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#");
    template.put("contentVersion", "1.0.0.0");
    template.put("parameters", parameters);
    template.put("variables", Map.of("actions", actions));
    template.put("resources", List.of(group));
    return template;
  }

  @Test
  void theTemplateIsMadeFromTheRulesOfPrometheus() throws IOException {
    String made =
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(template())
            + "\n";
    if ("true".equals(System.getenv("GOLDEN_WRITE"))) {
      Files.createDirectories(TEMPLATE.getParent());
      Files.writeString(TEMPLATE, made);
    }

    assertThat(Files.readString(TEMPLATE)).isEqualTo(made);
  }

  @Test
  void azureAcceptsTheRules() throws IOException {
    assertThat(rules()).hasSizeBetween(10, 20); // Azure's limit for a group.
    for (Map<String, Object> rule : rules()) {
      String name = rule.get("alert").toString();
      assertThat(SEVERITIES).as(name).containsKey((String) Tree.at(rule, "labels", "severity"));
      assertThat(rule.getOrDefault("for", "5m").toString()).as(name).matches("[0-9]+[mh]");
      // A text that begins with [ would be an expression of the template.
      assertThat(rule.get("expr").toString()).as(name).doesNotStartWith("[");
      assertThat(Tree.map(rule.get("annotations")).values())
          .as(name)
          .noneMatch(text -> text.toString().startsWith("["));
    }
  }
}
