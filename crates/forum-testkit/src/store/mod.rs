//! What every store must do.
//!
//! Each function is one promise of a port, given an empty store that it has for itself. An adapter runs
//! them all with [`store_contract!`](crate::store_contract):
//!
//! ```text
//! forum_testkit::store_contract!(my_fresh_store);
//! ```
//!
//! `my_fresh_store` is an async function without arguments that answers an `Arc<dyn Store>` and what
//! shall be dropped after it: its directory, say.
//!
//! The races are real: each call is a task of its own, all are let go at one moment, and what is there
//! afterwards is counted anew.

pub mod account;
pub mod answer;
pub mod answer_reply;
pub mod comment;
pub mod content;
pub mod departure;
pub mod event;
pub mod group;
pub mod idempotency;
pub mod integrity;
pub mod invite;
pub mod join;
pub mod like;
pub mod media;
pub mod membership;
pub mod moderation;
pub mod notification;
pub mod post;
pub mod question;
pub mod search;
pub mod session;
mod stage;

/// Runs every promise of the store's ports as a test of its own.
#[macro_export]
macro_rules! store_contract {
    ($fresh:expr) => {
        $crate::store_contract! { @each $fresh;
            account {
                a_registered_account_is_found_and_signed_in
                of_parallel_registrations_of_one_mobile_one_is_created
                of_parallel_registrations_of_nicknames_that_look_alike_one_is_created
                a_refused_registration_writes_nothing
                a_profile_changes_where_its_patch_says_so
                of_parallel_changes_to_one_version_one_is_done
                a_profile_cannot_take_the_nickname_of_another
                a_new_password_ends_the_other_sessions
                a_password_change_leaves_no_session_that_was_opened_beside_it
                a_better_hash_replaces_only_the_one_it_was_made_from
                a_new_mobile_replaces_the_old_one
                of_parallel_changes_to_one_mobile_one_is_done
                a_suspension_ends_sessions_and_opens_none
                a_site_role_is_set
                accounts_are_listed_newest_first_and_searched
            }
            answer {
                a_new_answer_is_what_was_written_and_counted
                an_answer_is_written_once_under_its_key
                an_answer_is_edited_by_its_author
                of_parallel_edits_of_an_answer_one_is_done
                an_answer_is_deleted_by_its_author_or_a_moderator
                answers_are_listed_with_the_accepted_one_first
                answers_are_ranked_by_likes_and_visible_replies
            }
            answer_reply {
                a_reply_to_an_answer_is_counted_where_it_stands
                a_reply_answers_who_wrote_there
                a_reply_to_an_answer_is_written_once_under_its_key
                a_reply_to_an_answer_is_edited_by_its_author
                a_deleted_reply_stands_while_somebody_answers_it
            }
            comment {
                a_comment_is_counted_where_it_stands
                a_reply_stands_under_a_comment_and_answers_who_wrote_there
                who_may_not_write_is_told_why
                a_comment_is_written_once_under_its_key
                a_comment_is_edited_by_its_author
                of_parallel_edits_of_one_version_one_is_done
                a_deleted_comment_stands_for_its_replies
                of_parallel_deletions_one_is_done
                comments_are_listed_in_either_order
                replies_are_listed_oldest_first
                comments_are_found_in_the_order_asked_for
                a_ranking_goes_by_likes_and_replies
                what_is_not_for_one_is_not_there
                comments_at_once_are_each_counted
                comments_while_their_post_comes_and_goes
                nothing_is_written_after_the_end_was_answered
                replies_while_their_comment_is_deleted
                members_who_leave_while_they_write
                everything_at_once_is_counted
            }
            content {
                what_an_older_policy_rendered_is_told
                a_text_is_served_as_it_was_rendered_anew
                a_text_that_is_rendered_as_before_is_not_changed
                a_text_that_was_written_since_stays_as_it_is
                what_is_rendered_anew_keeps_its_uploads_and_is_indexed_again
                texts_are_right_however_writers_and_renewers_meet
            }
            departure {
                a_deleted_account_is_gone_and_its_names_are_free
                changed_credentials_keep_the_account
                groups_keep_an_owner_or_go
                of_two_last_owners_who_go_at_once_one_stays
                what_is_kept_stands_under_nobody
                what_is_erased_leaves_exact_counts
                what_is_erased_while_others_write_leaves_exact_counts
                who_left_something_is_known_until_it_is_cleared
            }
            event {
                what_is_written_and_liked_is_recorded_once
                what_becomes_of_members_is_recorded
                requests_that_end_together_are_each_recorded
                a_changed_profile_is_recorded
                an_event_is_lent_to_one_at_a_time
                an_event_that_was_not_handled_comes_again
                who_waits_is_woken_once_events_are_there
            }
            group {
                a_new_group_has_its_maker_as_owner_and_only_member
                a_name_that_looks_like_another_is_refused
                a_name_goes_to_one_of_many_at_once
                a_group_is_made_once_under_its_key
                a_view_tells_what_the_group_is_to_its_viewer
                groups_are_found_in_the_order_asked_for
                groups_are_listed_newest_first
                a_filter_is_literal
                a_ranking_goes_by_members_then_posts_then_age
                groups_of_a_member_are_listed_last_joined_first
                categories_count_the_groups_that_are_there
                a_standing_tells_what_the_rules_need
                an_update_changes_what_it_names
                an_update_needs_an_owner_who_saw_this_version
                opening_a_group_lets_in_who_waits
                closing_a_group_refuses_who_waits
                nobody_waits_for_a_group_that_opens
                a_deleted_group_frees_its_name_and_voids_what_leads_to_it
                a_group_is_deleted_by_an_owner_or_an_operator
                nobody_joins_a_group_that_is_gone
            }
            idempotency {
                a_key_belongs_to_its_user_operation_and_request
                of_parallel_claims_one_is_fresh
                an_answer_comes_back_as_it_was_given
                a_fact_is_known_though_its_answer_was_lost
                a_claim_makes_at_most_one_fact
                a_refusal_is_no_fact
                a_released_key_is_free_again
                a_forgotten_key_is_free_again
                old_keys_are_forgotten_a_thousand_at_a_time
            }
            integrity {
                a_forum_with_a_history_is_sound
                writes_that_go_on_make_no_findings
                what_is_right_is_not_repaired
            }
            invite {
                an_invite_is_made_by_those_who_moderate
                a_group_has_so_many_open_invites
                invites_made_at_once_stay_within_the_bound
                invites_that_lead_in_are_listed_newest_first
                accepting_makes_a_member
                an_invite_that_leads_nowhere_says_why
                an_invite_lets_in_as_many_as_it_may
                a_user_uses_an_invite_once
                nobody_comes_in_by_an_invite_that_was_revoked
            }
            join {
                a_request_waits
                an_open_group_lets_in_at_once
                a_wish_that_may_not_be_is_refused
                a_refusal_makes_one_wait
                a_refusal_does_not_close_an_open_group
                an_expired_request_makes_way_for_a_new_one
                a_request_is_decided_once
                only_those_who_moderate_decide
                nobody_who_is_banned_is_approved
                a_request_is_taken_back_by_its_maker
                requests_are_listed_newest_first
                requests_that_waited_too_long_expire
                everyone_who_joins_at_once_is_counted
                one_of_many_requests_at_once_is_made
                one_of_many_deciders_decides
                a_request_ends_in_one_way
                a_demoted_moderator_decides_nothing
            }
            like {
                a_like_counts_once
                what_is_not_for_one_is_not_liked
                a_day_has_so_many_likes
                only_the_same_day_gives_quotas_back
                of_parallel_likes_a_day_lets_through_as_many_as_it_has
                of_parallel_likes_an_author_gets_as_many_as_he_may
                of_parallel_likes_of_one_target_by_one_user_one_is_done
                likes_and_unlikes_at_once_leave_exact_counts
                old_quotas_are_forgotten
                a_like_of_an_answer_counts_once
                of_parallel_likes_of_answers_as_many_are_done_as_the_quotas_have
                likes_and_unlikes_of_an_answer_at_once_leave_exact_counts
            }
            media {
                an_upload_is_its_owners
                an_upload_for_a_group_needs_who_may_write_there
                an_upload_is_made_once_under_its_key
                of_parallel_uploads_as_many_are_done_as_there_is_room_for
                media_are_deleted_by_their_owner_and_shown_nowhere
                a_cover_is_an_upload_of_who_sets_it_for_everybody
                an_avatar_takes_the_place_of_the_one_before
                of_avatars_set_at_once_one_stays
                what_is_used_nowhere_is_swept
                nothing_is_swept_that_a_text_came_to_show
                what_questions_and_answers_show_is_not_swept
                a_questions_images_are_its_askers_own
                nothing_is_swept_that_a_question_or_an_answer_came_to_show
                an_erased_account_takes_its_uploads_along
                an_account_whose_content_stays_leaves_what_that_shows
                each_file_of_a_deleted_account_is_handed_out_once
            }
            membership {
                members_are_listed_first_joined_first
                owners_give_roles
                moderators_mute_those_below_them
                the_last_owner_stays
                the_shown_owner_is_the_one_of_longest_standing
                members_leave_or_are_taken_out
                one_of_two_last_owners_stays
                owners_who_demote_each_other_leave_one
                a_member_goes_once
                a_group_is_handed_over
                a_ban_keeps_out
                a_ban_is_replaced_and_lifted
                bans_that_count_are_listed_newest_first
                an_operator_assigns_any_role
                a_ban_wins_over_an_approval_at_the_same_time
            }
            notification {
                comments_and_replies_are_told_to_whom_they_answer
                likes_of_one_thing_are_one_notification
                likes_that_are_followed_at_once_leave_an_exact_count
                who_is_named_is_told_if_he_may_read_it
                requests_are_told_to_those_who_decide_and_decisions_to_who_asked
                what_one_may_not_see_is_not_there
                what_one_does_not_want_is_not_told
                notifications_are_marked_as_read
                a_feed_tells_what_came_after_a_number
                what_the_site_says_reaches_everybody_once
                old_notifications_are_forgotten
                answers_and_replies_are_told_to_whom_they_answer
                likes_of_an_answer_are_one_notification
                an_accepted_answer_is_told_while_it_is_the_accepted_one
                who_is_named_among_questions_is_told
                what_is_deleted_among_questions_is_not_there_and_who_wrote_it_hears_of_it
                nobody_hears_of_whom_he_blocks_among_questions
            }
            moderation {
                a_report_is_made_once_by_who_can_read
                of_parallel_reports_one_is_made
                of_parallel_resolutions_one_is_done
                what_goes_twice_is_counted_out_once
                a_removed_comment_is_counted_out
                a_report_is_resolved_by_who_may
                what_the_filter_met_is_queued_with_the_fact
                what_stands_among_questions_is_reported_and_removed
                what_is_gone_is_resolved_all_the_same
                an_answer_that_goes_twice_is_counted_out_once
                deletions_among_questions_by_others_stand_in_the_log
                what_the_filter_met_among_questions_is_queued
                accounts_are_changed_by_admins
            }
            post {
                a_new_post_is_what_its_draft_says
                a_post_is_refused_to_who_may_not_write
                a_post_is_written_once_under_its_key
                marks_are_set_by_those_who_moderate
                what_is_for_members_is_there_for_nobody_else
                what_is_deleted_is_there_for_nobody
                a_view_tells_what_the_post_is_to_its_viewer
                bookmarks_are_listed_last_remembered_first
                a_post_is_remembered_once
                a_post_is_deleted_by_its_author_or_a_moderator
                a_deleted_post_comes_back
                a_post_goes_and_comes_back_once
                a_group_counts_its_posts_whatever_happens_at_once
                an_edit_changes_what_it_names_and_keeps_what_was
                an_edit_needs_an_author_who_may_write
                of_parallel_edits_of_one_version_one_is_done
                a_history_is_for_its_author_and_moderators
                posts_are_found_in_the_order_asked_for
                pinned_posts_come_first
                pages_are_complete_while_others_write_and_pin
                a_groups_list_is_filtered
                the_public_list_and_the_feed_hold_their_groups
                a_post_is_hot_from_thirty_points_on
                rankings_go_by_activity_or_by_likes
                the_nth_newest_post_is_told
                commenters_are_measured_once
            }
            question {
                a_new_question_is_what_its_draft_says
                a_question_is_asked_once_under_its_key
                a_question_is_edited_by_the_asker
                a_deleted_question_takes_along_what_stands_under_it
                questions_are_listed_newest_first_and_filtered
                questions_are_measured_by_what_is_visible_under_them
                the_asker_accepts_one_answer_and_may_change_it
                of_answers_accepted_at_once_one_is_the_accepted_one
                no_deleted_answer_is_accepted_whatever_happens_at_once
                answers_that_come_and_go_at_once_are_counted
                nothing_is_written_under_what_is_gone
                of_parallel_edits_and_deletions_of_a_question_one_is_done
                everything_at_once_under_a_question_is_counted
            }
            search {
                any_run_of_a_text_is_found
                a_run_is_found_only_where_it_stands_together
                a_run_is_found_at_the_end_of_a_long_text
                words_are_found_beside_runs
                the_best_come_first
                of_very_many_the_newest_and_titled_are_ranked
                groups_and_users_are_found_by_what_they_say
                queries_are_taken_literally
                what_is_for_members_is_found_by_nobody_else
                what_is_deleted_is_found_by_nobody
                questions_are_found_by_everyone_until_they_are_deleted
                who_is_suspended_is_not_found_and_a_mobile_finds_nobody
                an_entry_follows_its_subject_and_never_goes_back
                an_entry_goes_with_its_subject_and_comes_back_with_it
                what_is_out_of_step_is_told
                what_an_event_waits_of_is_not_astray
                entries_are_right_however_writers_and_indexers_meet
            }
            session {
                a_token_is_rotated_and_the_session_lives_on
                parallel_rotations_of_one_token_advance_it_once
                a_token_used_again_after_the_grace_ends_the_session
                a_token_two_generations_old_ends_the_session_within_the_grace
                a_token_with_another_hash_ends_the_session
                parallel_reuse_ends_the_session_once
                a_session_that_is_over_is_gone
                sessions_are_listed_last_seen_first
                a_list_of_sessions_ends_at_a_hundred
                one_session_is_ended_by_its_user_alone
                the_other_sessions_are_ended_and_named
                a_revocation_bears_the_databases_time
                sessions_that_are_long_over_are_forgotten
                a_session_tells_where_it_was_opened
            }
        }
    };
    (@each $fresh:expr; $($port:ident { $($promise:ident)* })*) => {$(
        mod $port {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    let (store, _after) = ($fresh)().await;
                    $crate::store::$port::$promise(store).await;
                }
            )*
        }
    )*};
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_promise_is_run() {
        let list = include_str!("mod.rs");
        for source in [
            include_str!("account.rs"),
            include_str!("answer.rs"),
            include_str!("answer_reply.rs"),
            include_str!("comment.rs"),
            include_str!("comment/racing.rs"),
            include_str!("comment/reading.rs"),
            include_str!("content.rs"),
            include_str!("departure.rs"),
            include_str!("event.rs"),
            include_str!("group.rs"),
            include_str!("group/reading.rs"),
            include_str!("idempotency.rs"),
            include_str!("integrity.rs"),
            include_str!("invite.rs"),
            include_str!("join.rs"),
            include_str!("like.rs"),
            include_str!("like/answer.rs"),
            include_str!("media.rs"),
            include_str!("media/used.rs"),
            include_str!("membership.rs"),
            include_str!("moderation.rs"),
            include_str!("moderation/asked.rs"),
            include_str!("notification.rs"),
            include_str!("notification/asked.rs"),
            include_str!("post.rs"),
            include_str!("post/access.rs"),
            include_str!("post/bookmark.rs"),
            include_str!("post/deleting.rs"),
            include_str!("post/editing.rs"),
            include_str!("post/listing.rs"),
            include_str!("post/ranking.rs"),
            include_str!("question.rs"),
            include_str!("question/racing.rs"),
            include_str!("search.rs"),
            include_str!("search/index.rs"),
            include_str!("search/seen.rs"),
            include_str!("search/words.rs"),
            include_str!("session.rs"),
        ] {
            for line in source.lines() {
                let Some(name) = line.strip_prefix("pub async fn ") else { continue };
                let name = name.split(['(', '<']).next().unwrap();
                let listed = list.lines().any(|line| line.trim() == name);
                assert!(listed, "store_contract! does not run {name}");
            }
        }
    }
}
