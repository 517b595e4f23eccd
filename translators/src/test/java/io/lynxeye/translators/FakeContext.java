package io.lynxeye.translators;

import ai.djl.Model;
import ai.djl.translate.TranslatorContext;
import ai.djl.util.passthrough.PassthroughNDManager;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;

/** The part of DJL's context that our translator uses. */
final class FakeContext {

  private FakeContext() {}

  /** Creates a context whose model has only these text files. */
  static TranslatorContext withFiles(Map<String, String> files) {
    Model model =
        fake(
            Model.class,
            arguments -> {
              String text = files.get((String) arguments[0]);
              if (text == null) {
                throw new FileNotFoundException((String) arguments[0]);
              }
              @SuppressWarnings("unchecked")
              Function<Object, Object> reader = (Function<Object, Object>) arguments[1];
              return reader.apply(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
            });
    return (TranslatorContext)
        Proxy.newProxyInstance(
            TranslatorContext.class.getClassLoader(),
            new Class<?>[] {TranslatorContext.class},
            (proxy, method, arguments) ->
                method.getName().equals("getModel") ? model : PassthroughNDManager.INSTANCE);
  }

  private interface Answer {
    Object to(Object[] arguments) throws Exception;
  }

  private static <T> T fake(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.to(arguments)));
  }
}
