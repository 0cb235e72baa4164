-- Events whose only identity is their content.
--
-- Operators: creates an empty table; takes no lock on anything else.
set local lock_timeout = '2s';

-- One row per content, with its latest occurrence. Equal content within the window is the same event; after it, the
-- content has legitimately come again. Written in the transaction that processes the event.
create table identity_windows (
  content_id      text        not null,
  corp_id         text        not null,
  seen_at         timestamptz not null,
  window_length   interval    not null,

  constraint identity_windows_pkey primary key (content_id),
  constraint identity_windows_content_id_length check (char_length(content_id) between 1 and 488),
  constraint identity_windows_window_length_positive check (window_length > interval '0')
);

comment on table identity_windows is
  'Latest occurrence of each event whose only identity is a hash of its content. Rows older than their window mean nothing any more.';
comment on column identity_windows.content_id is
  '<app>:<corp>:<type>:sha256:<hash>. The event_id of an occurrence is this, an @, and seen_at in UTC.';
comment on column identity_windows.corp_id is 'DingTalk organisation (corpId) of the event; empty where it names none.';
comment on column identity_windows.seen_at is 'When the latest occurrence was first delivered, by the database''s clock.';
comment on column identity_windows.window_length is 'How long from seen_at an equal content is the same event.';
