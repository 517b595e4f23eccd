/** JSON as maps, lists, texts, numbers and booleans. */
package io.lynxeye.serving.json;
