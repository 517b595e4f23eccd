/** The configuration of the server: read once at start, checked as a whole, never changed. */
package io.lynxeye.config;
