/** Detects the format of an image; reads PNG, GIF and BMP, and names what is refused. */
package io.lynxeye.translators.format;
