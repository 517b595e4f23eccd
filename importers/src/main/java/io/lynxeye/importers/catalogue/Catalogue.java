package io.lynxeye.importers.catalogue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.keras.Preprocessing;
import io.lynxeye.importers.keras.Preprocessing.ChannelOrder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The models that can be imported by name, from the resource {@code catalogue.json}. */
public record Catalogue(List<Item> items) {
  private static final String RESOURCE = "/io/lynxeye/importers/catalogue.json";

  /** A model and where its archive comes from. */
  public record Item(CatalogueEntry entry, Origin origin) {}

  /** The catalogue of this version. */
  public static Catalogue builtIn() {
    try (InputStream resource = Catalogue.class.getResourceAsStream(RESOURCE)) {
      return parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a catalogue.
   *
   * @throws IllegalArgumentException when a key is unknown, missing or wrong
   */
  public static Catalogue parse(String json) {
    JsonObject root = JsonParser.parseString(json).getAsJsonObject();
    List<Item> items =
        take(root, "entries").getAsJsonArray().asList().stream()
            .map(entry -> item(entry.getAsJsonObject()))
            .toList();
    requireAllTaken(root);
    return new Catalogue(items);
  }

  /**
   * The entry of this name.
   *
   * @throws ImportException when the name is unknown
   */
  public Item find(String name) throws ImportException {
    for (Item item : items) {
      if (item.entry().name().equals(name)) {
        return item;
      }
    }
    String known =
        items.stream().map(item -> item.entry().name()).collect(Collectors.joining(", "));
    throw new ImportException(
        "The catalogue has no \"%s\", only %s. For another model name its archive or address."
            .formatted(name, known));
  }

  /** The entry whose archive has this digest, wherever that archive was fetched from. */
  public Optional<Item> withDigest(String sha256) {
    return items.stream().filter(item -> item.entry().sha256().equals(sha256)).findFirst();
  }

  private static Item item(JsonObject json) {
    boolean isNpm = json.has("npm");
    String address = text(json, isNpm ? "npm" : "address");
    Origin origin = isNpm ? npm(address, json) : new Origin.Web(URI.create(address));
    CatalogueEntry entry =
        new CatalogueEntry(
            text(json, "name"),
            text(json, "description"),
            text(json, "license"),
            isNpm ? "npm package " + address : address,
            take(json, "bytes").getAsLong(),
            text(json, "sha256"));
    requireAllTaken(json);
    return new Item(entry, origin);
  }

  private static Origin npm(String spec, JsonObject json) {
    JsonObject layers = take(json, "layers").getAsJsonObject();
    JsonObject pixels = take(layers, "preprocessing").getAsJsonObject();
    Preprocessing preprocessing =
        new Preprocessing(
            take(pixels, "width").getAsInt(),
            take(pixels, "height").getAsInt(),
            take(pixels, "resizeShort").getAsInt(),
            floats(pixels, "mean"),
            floats(pixels, "std"),
            ChannelOrder.valueOf(text(pixels, "channelOrder")));
    Origin.LayersPackage contents =
        new Origin.LayersPackage(
            text(layers, "model"),
            text(layers, "labels"),
            text(layers, "license"),
            take(layers, "parameters").getAsLong(),
            preprocessing);
    requireAllTaken(pixels);
    requireAllTaken(layers);
    return new Origin.Npm(spec, text(json, "integrity"), contents);
  }

  private static String text(JsonObject json, String key) {
    return take(json, key).getAsString();
  }

  private static List<Float> floats(JsonObject json, String key) {
    return take(json, key).getAsJsonArray().asList().stream().map(JsonElement::getAsFloat).toList();
  }

  private static JsonElement take(JsonObject json, String key) {
    JsonElement value = json.remove(key);
    if (value == null) {
      throw new IllegalArgumentException("missing key " + key + " in " + json);
    }
    return value;
  }

  /** A misspelt key is an error instead of being ignored. */
  private static void requireAllTaken(JsonObject json) {
    if (!json.isEmpty()) {
      throw new IllegalArgumentException("unknown keys " + json.keySet());
    }
  }
}
