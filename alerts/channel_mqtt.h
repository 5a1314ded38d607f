/*
 * channel_mqtt: alerts to an MQTT broker, one message an alert and topic.
 *
 * Delivered means that the broker has acknowledged (PUBACK).  With MQTT 5 a
 * message carries its alert_id and delivery_id as user properties, its content
 * type, and how long it is good for; a broker that does not allow the topic
 * says so and the item is refused.  With 3.1.1 none of that exists: a broker
 * drops what it does not allow without a word.
 *
 * An item not acknowledged within the time-out ends the connection, since that
 * is the only way in which QoS 1 may be sent again.
 */
#ifndef ALERTS_CHANNEL_MQTT_H
#define ALERTS_CHANNEL_MQTT_H

#include "alerts/channel.h"

/* The row for the table of kinds. */
extern const struct channel_kind channel_mqtt_kind;

/* What an MQTT 5 reason code in a PUBACK means for the item. */
enum outbox_verdict channel_mqtt_verdict(int reason);

#endif /* ALERTS_CHANNEL_MQTT_H */
