/** JPEG: headers, pixels, and the interface of scaled decoders. */
package io.lynxeye.translators.format.jpeg;
