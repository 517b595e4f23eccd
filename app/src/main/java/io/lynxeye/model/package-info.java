/** The nouns every other package shares; JDK only, no behaviour beyond their own rules. */
package io.lynxeye.model;
