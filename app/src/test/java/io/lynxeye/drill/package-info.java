/**
 * Drills: a server process under load, for minutes. {@code mvn verify -Ddrill -pl app -am} runs
 * them; an ordinary build does not.
 */
package io.lynxeye.drill;
