/** The types that all other packages share; depends on the JDK only. */
package io.lynxeye.model;
